using System.Collections.Generic;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

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
        if (compilation.LanguageVersion > LanguageVersion.CSharp9)
            findings.Add(
                Catalog.NewerSyntax, Location.None, $"LangVersion {compilation.LanguageVersion.ToDisplayString()}",
                "leave LangVersion to firmware/Nano.props");

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
        NewerRules newer = new(model, findings);
        EnumTextRules enumText = new(model, findings);
        HashtableRules tables = new(model, findings);
        SignRules signs = new(model, findings);
        CheckDirectives(root, findings);
        foreach (SyntaxNodeOrToken item in root.DescendantNodesAndTokens())
        {
            if (item.AsNode() is not { } node)
            {
                language.Check(item.AsToken());
                newer.Check(item.AsToken());
                continue;
            }

            language.Check(node);
            types.Check(node);
            statics.Check(node);
            members.Check(node);
            newer.Check(node);
            enumText.Check(node);
            tables.Check(node);
            signs.Check(node);
        }
    }

    /// <summary>Lines behind #if are not parsed, so no rule sees them, but the board's own build may.</summary>
    private static void CheckDirectives(SyntaxNode root, Findings findings)
    {
        for (DirectiveTriviaSyntax? line = root.GetFirstDirective(); line is not null; line = line.GetNextDirective())
            if (line is ConditionalDirectiveTriviaSyntax or ElseDirectiveTriviaSyntax)
                findings.Add(Catalog.Conditional, line, line.GetFirstToken().Text + line.DirectiveNameToken.Text);
    }
}
