using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace LumenLink.NanoReference;

/// <summary>
/// Compiles lists into reference assemblies: metadata only, no .NET library behind them, in order of dependence.
/// </summary>
internal static class ReferenceCompiler
{
    private const string MetadataVersion = "v4.0.30319";

    /// <summary>Compiles every list of a directory.</summary>
    /// <param name="listDirectory">Directory of <c>*.txt</c> lists.</param>
    /// <param name="errors">Receives what is wrong with them.</param>
    /// <returns>Assembly name to assembly image; not to be used when there are errors.</returns>
    public static IReadOnlyDictionary<string, byte[]> CompileAll(string listDirectory, List<ListError> errors)
    {
        List<ApiList> lists = [];
        foreach (string path in Directory.GetFiles(listDirectory, "*.txt").Order(StringComparer.Ordinal))
            if (ApiList.Read(path, errors) is { } list) lists.Add(list);

        Dictionary<string, byte[]> images = [];
        while (errors.Count == 0 && images.Count < lists.Count)
        {
            ApiList? next = lists.Find(
                list => !images.ContainsKey(list.Name) && list.References.All(images.ContainsKey));
            if (next is null) ReportUnresolved(lists, images, errors);
            else images[next.Name] = Compile(next, images, errors);
        }

        return images;
    }

    private static void ReportUnresolved(List<ApiList> lists, Dictionary<string, byte[]> images, List<ListError> errors)
    {
        foreach (ApiList list in lists.Where(list => !images.ContainsKey(list.Name)))
        {
            string missing = string.Join(", ", list.References.Where(reference => !images.ContainsKey(reference)));
            errors.Add(new(list.File, 1, $"refers to {missing}: no such list here, or the lists refer in a circle"));
        }
    }

    private static byte[] Compile(ApiList list, Dictionary<string, byte[]> images, List<ListError> errors)
    {
        string version = $"[assembly: global::System.Reflection.AssemblyVersion(\"{list.Version}\")]";
        CSharpParseOptions parse = new(LanguageVersion.CSharp9);
        CSharpCompilation compilation = CSharpCompilation.Create(
            list.Name,
            [
                CSharpSyntaxTree.ParseText(version, parse),
                CSharpSyntaxTree.ParseText(new DeclarationWriter(list, errors).Write(), parse),
            ],
            images.Where(image => list.References.Contains(image.Key))
                .Select(image => MetadataReference.CreateFromImage(image.Value)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, warningLevel: 0, deterministic: true));
        compilation = compilation.AddSyntaxTrees(
            CSharpSyntaxTree.ParseText(InterfaceStubs.For(compilation), parse));

        using MemoryStream image = new();
        EmitResult result = compilation.Emit(
            image, options: new EmitOptions(metadataOnly: true, runtimeMetadataVersion: MetadataVersion));
        foreach (Diagnostic problem in result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error))
        {
            FileLinePositionSpan place = problem.Location.GetMappedLineSpan();
            errors.Add(new(list.File, place.StartLinePosition.Line + 1, $"{problem.Id}: {problem.GetMessage()}"));
        }

        return image.ToArray();
    }
}
