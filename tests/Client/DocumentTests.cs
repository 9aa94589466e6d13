using System.Text.RegularExpressions;
using LumenLink.Client;
using LumenLink.Tests.Shared;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LumenLink.Tests.Client;

/// <summary>What the documents show compiles, and what they list is all that there is.</summary>
public sealed partial class DocumentTests
{
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.IO;"
        + "global using System.Linq; global using System.Threading.Tasks;";

    private const string Before =
        "using LumenLink.Client; using var client = new LumenLinkClient(new Uri(\"https://a\"));\n";

    private static readonly string Clients = Read("docs/clients.md");

    [Fact]
    public void The_quick_start_compiles() =>
        AssertCompiles(Assert.Single(Samples(Read("cloud/LumenLink.Client/README.md"))));

    [Fact]
    public void Every_sample_for_applications_compiles()
    {
        string[] samples = [.. Samples(Clients)];
        Assert.True(samples.Length >= 5);
        Assert.All(samples, sample => AssertCompiles(Before + sample));
    }

    [Fact]
    public void What_does_not_compile_is_found() => Assert.NotEmpty(Errors(Before + "client.Fly();"));

    [Fact]
    public void Every_verdict_and_every_error_is_explained()
    {
        Assert.All(
            Enum.GetNames<PackVerdict>().Except([nameof(PackVerdict.Good)]).Concat(Enum.GetNames<LumenLinkError>()),
            name => Assert.Contains($"\n| `{name}` |", Clients, StringComparison.Ordinal));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(RepositoryFolder.Find(), file));

    private static IEnumerable<string> Samples(string document) =>
        Sample().Matches(document).Select(match => match.Groups[1].Value);

    private static void AssertCompiles(string source)
    {
        string[] errors = Errors(source);
        Assert.True(errors.Length == 0, string.Join('\n', errors) + "\n" + source);
    }

    private static string[] Errors(string source)
    {
        CSharpParseOptions options = new(LanguageVersion.Latest);
        IEnumerable<string> assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator).Append(typeof(LumenLinkClient).Assembly.Location).Distinct();
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Sample",
            [CSharpSyntaxTree.ParseText(source, options), CSharpSyntaxTree.ParseText(Usings, options)],
            assemblies.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(
                OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        return [.. compilation.GetDiagnostics().Where(one => one.Severity >= DiagnosticSeverity.Warning)
            .Select(one => one.ToString())];
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sample();
}
