using System.CommandLine;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LumenLink.Cli.Authority;

namespace LumenLink.Tests.Cli;

/// <summary>What a run of lumen ca or of another program came to.</summary>
internal sealed record AuthorityResult(int Status, string Output, string Error)
{
    public AuthorityResult IsDone()
    {
        Assert.True(Status == 0, Error);
        Assert.Equal("", Error);
        return this;
    }

    public void IsRefusedWith(int status, params string[] words)
    {
        Assert.Equal((status, ""), (Status, Output));
        Assert.StartsWith("error: ", Error, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, Error, StringComparison.Ordinal));
    }
}

/// <summary>lumen ca in a folder of its own, with what it asks for.</summary>
internal sealed class AuthorityRun : IDisposable
{
    public const string Passphrase = "correct horse battery";

    private readonly Clock clock = new();

    public AuthorityRun(string name = "ca") => Folder = Path.Combine(Root, name);

    public string Root { get; } = Directory.CreateTempSubdirectory("lumen-ca-").FullName;

    /// <summary>The folder of the CA that is worked with.</summary>
    public string Folder { get; set; }

    public Dictionary<string, string> Environment { get; } =
        new() { [KeyOptions.PassphraseVariable] = Passphrase };

    /// <summary>What whoever sits at the terminal types; null without a terminal.</summary>
    public Queue<string>? Typed { get; set; }

    public string Input { get; set; } = "";

    public TimeSpan Later { set => clock.Ahead = value; }

    public string RootCertificate => In("root.crt");

    public string DeviceCaCertificate => In("device-ca.crt");

    public string RevocationList => In("device-ca.crl");

    public AuthorityIndex Index => new AuthorityFolder(Folder).ReadIndex();

    public static byte[] NewKey(out ECDsa key)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return P256Keys.ToBytes(key)!;
    }

    public static string NewKey() => Convert.ToHexStringLower(NewKey(out _));

    public string In(string name) => Path.Combine(Folder, name);

    public string Aside(string name) => Path.Combine(Root, name);

    public AuthorityResult Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        KeyOptions keys = new(
            () => new MemoryStream(Encoding.UTF8.GetBytes(Input)), Environment.GetValueOrDefault,
            _ => Typed?.Dequeue());
        var root = new RootCommand { AuthorityCommands.Create(keys, clock) };
        int status = root.Parse(["ca", arguments[0], "--ca", Folder, .. arguments[1..]])
            .Invoke(new InvocationConfiguration { Output = output, Error = error });
        Assert.DoesNotContain(Passphrase, output.ToString() + error, StringComparison.Ordinal);
        return new AuthorityResult(status, output.ToString(), error.ToString());
    }

    /// <summary>Issues to a key; the certificate's file.</summary>
    public string Issue(string publicKey, params string[] more) =>
        Run(["issue", "--public-key", publicKey, .. more]).IsDone().Output.Split('\n')[1];

    public static AuthorityResult Program(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new AuthorityResult(process.ExitCode, output, error.Result);
    }

    public static X509Certificate2 Read(string file) => X509Certificate2.CreateFromPem(File.ReadAllText(file));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }
}
