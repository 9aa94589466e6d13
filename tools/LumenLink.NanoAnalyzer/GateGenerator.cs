using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LumenLink.NanoAnalyzer;

/// <summary>
/// Runs the gate inside the compiler. It generates nothing: a generator is the one extension that the compiler runs
/// right
/// after parsing, so the gate speaks at every offending line even when other lines do not compile. Analyzers run only
/// after
/// a compilation without errors.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class GateGenerator : IIncrementalGenerator
{
    /// <summary>Subscribes to the whole compilation and to the gate's two text files.</summary>
    /// <param name="context">Given by the compiler.</param>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<ImmutableArray<AdditionalText>> files =
            context.AdditionalTextsProvider.Where(GateFiles.IsOurs).Collect();
        context.RegisterSourceOutput(context.CompilationProvider.Combine(files), (output, input) =>
        {
            if (input.Left is not CSharpCompilation compilation) return;
            GateFiles policy = GateFiles.Read(input.Right, output.CancellationToken);
            foreach (Diagnostic finding in Gate.Check(compilation, policy, output.CancellationToken).Distinct())
                output.ReportDiagnostic(finding);
        });
    }
}
