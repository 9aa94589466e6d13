using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace LumenLink.NanoAnalyzer;

/// <summary>What the gate has found so far, and on which lines.</summary>
internal sealed class Findings
{
    private readonly List<Diagnostic> _all = [];
    private readonly HashSet<(string Path, int Line)> _lines = [];

    /// <summary>Every finding, in the order found.</summary>
    public IReadOnlyList<Diagnostic> All => _all;

    /// <summary>Reports a rule at a node.</summary>
    public void Add(DiagnosticDescriptor rule, SyntaxNode node, params object[] arguments) =>
        Add(rule, node.GetLocation(), arguments);

    /// <summary>Reports a rule at a token.</summary>
    public void Add(DiagnosticDescriptor rule, SyntaxToken token, params object[] arguments) =>
        Add(rule, token.GetLocation(), arguments);

    /// <summary>Reports a rule at a place.</summary>
    public void Add(DiagnosticDescriptor rule, Location location, params object[] arguments) =>
        Add(Diagnostic.Create(rule, location, arguments));

    /// <summary>Reports a finding made elsewhere.</summary>
    public void Add(Diagnostic finding)
    {
        _all.Add(finding);
        _lines.Add(Key(finding.Location));
    }

    /// <summary>Whether something is already reported on the line where a place begins.</summary>
    public bool HasLineOf(Location location) => _lines.Contains(Key(location));

    private static (string Path, int Line) Key(Location location) =>
        (location.SourceTree?.FilePath ?? "", location.GetLineSpan().StartLinePosition.Line);
}
