using System.Collections.Immutable;
using LumenLink.NanoAnalyzer;
using LumenLink.NanoReference;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace LumenLink.Tests.NanoGate;

/// <summary>A device compile in memory: references, language version, gate and gate files as in the build.</summary>
internal static class DeviceCompile
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> References = new(MakeReferences);

    private static readonly ImmutableArray<AdditionalText> GateFiles =
        [new GateText("nano-gate.txt"), new GateText("nano-missing.txt")];

    public static CSharpCompilation Compilation(
        string source, LanguageVersion version = LanguageVersion.CSharp9) => CSharpCompilation.Create(
            "Device",
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(version), "Device.cs")],
            References.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    /// <summary>What the gate says about a source text.</summary>
    public static IReadOnlyList<Diagnostic> Gate(string source) => Gate(Compilation(source));

    /// <summary>What the gate says about a compilation.</summary>
    public static IReadOnlyList<Diagnostic> Gate(CSharpCompilation compilation) =>
        CSharpGeneratorDriver.Create(
            [new GateGenerator().AsSourceGenerator()], GateFiles,
            (CSharpParseOptions)compilation.SyntaxTrees[0].Options)
            .RunGenerators(compilation).GetRunResult().Diagnostics;

    /// <summary>"id at line" for each finding, lines from 1, sorted, each once.</summary>
    public static string[] Places(IEnumerable<Diagnostic> findings) =>
        [.. findings.Select(finding => $"{finding.Id} at {finding.Location.GetLineSpan().StartLinePosition.Line + 1}")
            .Distinct().Order()];

    private static ImmutableArray<MetadataReference> MakeReferences()
    {
        List<ListError> errors = [];
        IReadOnlyDictionary<string, byte[]> images = ReferenceCompiler.CompileAll(Repository.ApiLists, errors);
        Assert.Empty(errors);
        return [.. images.Values.Select(image => MetadataReference.CreateFromImage(image))];
    }

    /// <summary>One of the repository's gate files, or a text in its place.</summary>
    internal sealed class GateText(string name, string? content = null) : AdditionalText
    {
        public override string Path => System.IO.Path.Combine(Repository.Root, "firmware", name);

        public override SourceText GetText(CancellationToken cancellationToken = default) =>
            SourceText.From(content ?? File.ReadAllText(Path));
    }
}
