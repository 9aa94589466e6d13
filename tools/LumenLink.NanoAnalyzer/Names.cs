using Microsoft.CodeAnalysis;

namespace LumenLink.NanoAnalyzer;

/// <summary>Full names of symbols, as the gate's text files write them.</summary>
internal static class Names
{
    private static readonly SymbolDisplayFormat FullFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>Namespace, enclosing types and name; <c>System.Int32</c>, never <c>int</c>.</summary>
    public static string Full(ISymbol symbol) => symbol.ToDisplayString(FullFormat);

    /// <summary>Full name of a member: that of its type, a dot, its own.</summary>
    public static string Member(ISymbol member) => $"{Full(member.ContainingType)}.{member.Name}";
}
