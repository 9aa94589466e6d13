using System.CommandLine;
using System.Net;
using System.Text;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Policy;
using LumenLink.Cli.Release;

namespace LumenLink.Tests.Cli;

/// <summary>lumen release and lumen policy in a folder of their own, before a service that answers as told.</summary>
internal sealed class ReleaseRun : IDisposable
{
    public const string Passphrase = "correct horse battery";

    /// <summary>The firmware's assemblies, as this build made them.</summary>
    public static readonly string Firmware = Path.Combine(
        Path.GetDirectoryName(GoldenVectors.Folder)!, "..", "artifacts", "bin", "LumenLink.Beacon",
        Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')));

    public string Root { get; } = Directory.CreateTempSubdirectory("lumen-release-").FullName;

    public string Operator => In("operator");

    public string Policy => In("operator", "policy.json");

    /// <summary>What the service answers, in order.</summary>
    public Queue<(HttpStatusCode Status, string Body)> Answers { get; } = new();

    public List<string> Calls { get; } = [];

    public string In(params string[] parts) => Path.Combine([Root, .. parts]);

    public AuthorityResult Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        KeyOptions keys = new(
            () => Stream.Null, name => name == KeyOptions.PassphraseVariable ? Passphrase : null, _ => null);
        var root = new RootCommand
        {
            ReleaseCommands.Create(keys, TimeProvider.System),
            PolicyCommands.Create(() => new LentHandler(AnswerAsync), _ => null),
        };
        int status = root.Parse(arguments)
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }).GetAwaiter().GetResult();
        Assert.DoesNotContain(Passphrase, output.ToString() + error, StringComparison.Ordinal);
        return new AuthorityResult(status, output.ToString(), error.ToString());
    }

    /// <summary>A signed release of the firmware that is built here; its file.</summary>
    public string Make(string name, int model = 65535, string keys = "keys")
    {
        if (!Directory.Exists(In(keys)))
            Run("release", "init", "--keys", In(keys)).IsDone();
        string file = In(name + ".jws");
        Run("release", "make", name, "--assemblies", Firmware, "--hardware-model", $"{model}", "--out", file,
            "--keys", In(keys)).IsDone();
        return file;
    }

    public AuthorityResult Import(string file, params string[] more) =>
        Run(["release", "import", file, "--operator", Operator, .. more]);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
    {
        Calls.Add($"{request.Method} {request.RequestUri}");
        (HttpStatusCode status, string body) = Answers.Count > 0
            ? Answers.Dequeue()
            : throw new HttpRequestException("nobody is there");
        return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8) });
    }
}
