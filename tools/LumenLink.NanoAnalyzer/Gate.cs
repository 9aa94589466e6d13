using System.Collections.Generic;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LumenLink.NanoAnalyzer;

/// <summary>
/// The gate itself: what nanoFramework v1 lacks, breaks on, or our own rules forbid, each at its line.
/// </summary>
internal static class Gate
{
    /// <summary>Checks every source of a device compilation.</summary>
    /// <param name="compilation">Compiled against the generated nanoFramework surface; may contain errors.</param>
    /// <param name="files">Replacements and house policy.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>The findings; every line that the compiler itself refuses has at least one.</returns>
    public static IReadOnlyList<Diagnostic> Check(
        CSharpCompilation compilation, GateFiles files, CancellationToken cancel)
    {
        Findings findings = new();
        foreach (Diagnostic problem in files.Problems) findings.Add(problem);
        if (compilation.Options.CheckOverflow)
            findings.Add(Catalog.Checked, Location.None, "CheckForOverflowUnderflow");

        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            cancel.ThrowIfCancellationRequested();
            CheckTree(compilation.GetSemanticModel(tree), tree.GetRoot(cancel), files, findings);
        }

        CompilerWords.Add(compilation, findings, cancel);
        return findings.All;
    }

    private static void CheckTree(SemanticModel model, SyntaxNode root, GateFiles files, Findings findings)
    {
        LanguageRules language = new(findings);
        TypeRules types = new(model, files, findings);
        StaticRules statics = new(model, findings);
        MemberRules members = new(model, files, findings);
        foreach (SyntaxNodeOrToken item in root.DescendantNodesAndTokens())
        {
            if (item.AsNode() is not { } node)
            {
                language.Check(item.AsToken());
                continue;
            }

            language.Check(node);
            types.Check(node);
            statics.Check(node);
            members.Check(node);
        }
    }
}
