using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LumenLink.NanoAnalyzer;

/// <summary>
/// Members by name: those nanoFramework lacks, with what to write instead, and those our own rules forbid.
/// </summary>
internal sealed class MemberRules(SemanticModel model, GateFiles files, Findings findings)
{
    /// <summary>Checks one node.</summary>
    public void Check(SyntaxNode node)
    {
        switch (node)
        {
            case UsingDirectiveSyntax { Name: { } name }: CheckNamespace(name); break;
            case SimpleNameSyntax name when !InUsing(name): CheckName(name); break;
            case BaseObjectCreationExpressionSyntax creation: CheckCreation(creation); break;
            case BinaryExpressionSyntax binary when model.GetSymbolInfo(binary).Symbol is null:
                CheckOperator(binary);
                break;
        }
    }

    private static bool InUsing(SyntaxNode node) => node.FirstAncestorOrSelf<UsingDirectiveSyntax>() is not null;

    private void CheckNamespace(NameSyntax name)
    {
        if (model.GetSymbolInfo(name).Symbol is not null) return;
        // Of System.Linq.Enumerable the files may name the namespace only.
        for (NameSyntax? part = name; part is not null; part = (part as QualifiedNameSyntax)?.Left)
            if (files.MissingName(WithoutAlias(part)) is { } missing)
            {
                findings.Add(Catalog.Missing, name, missing.Name, missing.Instead);
                return;
            }
    }

    private static string WithoutAlias(SyntaxNode name)
    {
        string text = name.ToString();
        int alias = text.IndexOf("::", StringComparison.Ordinal);
        return alias < 0 ? text : text.Substring(alias + 2);
    }

    private void CheckName(SimpleNameSyntax name)
    {
        SymbolInfo info = model.GetSymbolInfo(name);
        ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        if (symbol is not null) CheckHouse(name, symbol);
        if (info.Symbol is not null || symbol is IParameterSymbol or ILocalSymbol) return;

        if (Missing(name, symbol) is { } found) findings.Add(Catalog.Missing, name, found.Name, found.Instead);
    }

    private (string Name, string Instead)? Missing(SimpleNameSyntax name, ISymbol? candidate)
    {
        string word = name.Identifier.ValueText;
        if (ReceiverOf(name) is { } receiver) return files.MissingMember(receiver, word);
        if (name.Parent is MemberAccessExpressionSyntax access && access.Name == name)
            return files.MissingName(WithoutAlias(access));
        if (candidate is not null || name is GenericNameSyntax) return null;
        return name.Parent is InvocationExpressionSyntax ? MissingStatic(name, word) : files.MissingName(word);
    }

    /// <summary>A method called by its own name may be one of a type that a using static names.</summary>
    private (string Name, string Instead)? MissingStatic(SyntaxNode place, string method) =>
        place.SyntaxTree.GetRoot().DescendantNodes().OfType<UsingDirectiveSyntax>()
            .Where(directive => directive.StaticKeyword != default && directive.Name is not null)
            .Select(directive => model.GetSymbolInfo(directive.Name!).Symbol).OfType<ITypeSymbol>()
            .Select(type => files.MissingMember(type, method)).FirstOrDefault(found => found is not null);

    /// <summary>
    /// The type before the dot, as an instance or as the type itself; null when there is no such type.
    /// </summary>
    private ITypeSymbol? ReceiverOf(SimpleNameSyntax name)
    {
        ExpressionSyntax? receiver = name.Parent switch
        {
            MemberAccessExpressionSyntax access when access.Name == name => access.Expression,
            MemberBindingExpressionSyntax binding =>
                binding.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression,
            _ => null,
        };
        if (receiver is null) return null;
        return model.GetTypeInfo(receiver).Type is { TypeKind: not TypeKind.Error } type
            ? type
            : model.GetSymbolInfo(receiver).Symbol as ITypeSymbol;
    }

    private void CheckCreation(BaseObjectCreationExpressionSyntax creation)
    {
        ISymbol? constructor = model.GetSymbolInfo(creation).Symbol;
        CheckHouse(creation, constructor);
        if (constructor is null && model.GetTypeInfo(creation).Type is { } type
            && files.MissingMember(type, WellKnownMemberNames.InstanceConstructorName) is { } missing)
            findings.Add(Catalog.Missing, creation, missing.Name, missing.Instead);
    }

    private void CheckOperator(BinaryExpressionSyntax binary)
    {
        string? name = binary.Kind() switch
        {
            SyntaxKind.EqualsExpression => WellKnownMemberNames.EqualityOperatorName,
            SyntaxKind.NotEqualsExpression => WellKnownMemberNames.InequalityOperatorName,
            _ => null,
        };
        if (name is null || model.GetTypeInfo(binary.Left).Type is not { } type) return;
        if (files.MissingMember(type, name) is { } missing)
            findings.Add(Catalog.Missing, binary, missing.Name, missing.Instead);
    }

    private void CheckHouse(SyntaxNode place, ISymbol? symbol)
    {
        if (symbol is not (IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol or ITypeSymbol)) return;
        string name = symbol is ITypeSymbol ? Names.Full(symbol)
            : symbol.ContainingType is null ? symbol.Name
            : Names.Member(symbol);
        if (files.House(name) is { } rule && !IsExempt(place, rule))
            findings.Add(Catalog.HousePolicy, place, name, rule.Instead);
    }

    private bool IsExempt(SyntaxNode place, HouseRule rule)
    {
        ITypeSymbol? type = place.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } declaration
            ? model.GetDeclaredSymbol(declaration)
            : null;
        for (; type is not null; type = type.BaseType)
            if (rule.Exempts(Names.Full(type))) return true;
        return false;
    }
}
