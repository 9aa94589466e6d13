using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LumenLink.NanoAnalyzer;

/// <summary>
/// The compiler's own errors on lines where the gate has found nothing. They are said here because the compiler stops
/// at
/// the first kind of errors it meets (declarations before method bodies), and would keep the rest for the next build.
/// </summary>
internal static class CompilerWords
{
    /// <summary>
    /// A name, an overload or an operator that is not there: perhaps a line that the list still lacks.
    /// </summary>
    private static readonly HashSet<string> Unresolved =
    [
        "CS0019", "CS0023", "CS0103", "CS0117", "CS0234", "CS0246", "CS0426", "CS1061", "CS1501", "CS1502", "CS1503",
        "CS1579", "CS1729", "CS1739", "CS1929", "CS7036",
    ];

    /// <summary>A type or member that the compiler itself wants for a construct.</summary>
    private static readonly HashSet<string> Needed =
        ["CS0518", "CS0656", "CS1110", "CS1980", "CS8128", "CS8137", "CS8179"];

    /// <summary>SpanByte where only a heap object can go.</summary>
    private static readonly HashSet<string> Stored =
        ["CS0029", "CS0030", "CS0266", "CS1503", "CS8175", "CS8345", "CS9108"];

    /// <summary>A feature of a later language version: the compiler would have that version raised.</summary>
    private static readonly HashSet<string> Newer = ["CS8652", "CS8703", "CS8773"];

    /// <summary>Adds them to what the gate has found.</summary>
    public static void Add(CSharpCompilation compilation, Findings findings, CancellationToken cancel)
    {
        List<Diagnostic> rest = [];
        foreach (Diagnostic error in compilation.SyntaxTrees.SelectMany(tree => ErrorsIn(compilation, tree, cancel)))
        {
            if (findings.HasLineOf(error.Location)) continue;
            if (Rule(compilation, error) is not { } rule)
            {
                rest.Add(error);
                continue;
            }

            if (rule == Catalog.NewerSyntax)
                findings.Add(rule, error.Location, Words(error), "what C# 9 has, whatever the compiler advises");
            else
                findings.Add(
                    rule, error.Location, rule == Catalog.SpanByteStored ? "it cannot go here" : Words(error));
        }

        // With nothing found, the compiler says these itself, and better.
        if (findings.All.Count == 0) return;
        foreach (Diagnostic error in rest.Where(error => !findings.HasLineOf(error.Location)))
            findings.Add(Catalog.CompilerSays, error.Location, Words(error));
    }

    private static IEnumerable<Diagnostic> ErrorsIn(
        CSharpCompilation compilation, SyntaxTree tree, CancellationToken cancel) =>
        compilation.GetSemanticModel(tree).GetDiagnostics(null, cancel)
            .Where(error => error is { DefaultSeverity: DiagnosticSeverity.Error, Severity: DiagnosticSeverity.Error });

    private static DiagnosticDescriptor? Rule(CSharpCompilation compilation, Diagnostic error)
    {
        if (Stored.Contains(error.Id) && ConcernsSpanByte(compilation, error.Location)) return Catalog.SpanByteStored;
        if (Newer.Contains(error.Id)) return Catalog.NewerSyntax;
        if (Needed.Contains(error.Id)) return Catalog.CompilerNeeds;
        return Unresolved.Contains(error.Id) ? Catalog.NotListed : null;
    }

    private static bool ConcernsSpanByte(CSharpCompilation compilation, Location location)
    {
        if (location.SourceTree is not { } tree) return false;
        SyntaxNode node = tree.GetRoot().FindNode(location.SourceSpan, getInnermostNodeForTie: true);
        SemanticModel model = compilation.GetSemanticModel(tree);
        return TypeRules.IsSpanByte(model.GetTypeInfo(node).Type)
            || (node is CastExpressionSyntax cast && TypeRules.IsSpanByte(model.GetTypeInfo(cast.Expression).Type));
    }

    private static string Words(Diagnostic error) => $"{error.Id}: {error.GetMessage().TrimEnd('.')}";
}
