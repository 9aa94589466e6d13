using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LumenLink.NanoAnalyzer;

/// <summary>
/// Keys of a Hashtable: the device hashes them itself. A key that travels as object is beyond the types.
/// </summary>
internal sealed class HashtableRules(SemanticModel model, Findings findings)
{
    private const string TableName = "System.Collections.Hashtable";
    private const string InterfaceName = "System.Collections.IDictionary";

    /// <summary>Checks one node.</summary>
    public void Check(SyntaxNode node)
    {
        switch (node)
        {
            case InvocationExpressionSyntax call when Receiver(call) is { } table:
                CheckKey(table, call.ArgumentList);
                break;
            case ElementAccessExpressionSyntax element: CheckKey(element.Expression, element.ArgumentList); break;
            case ElementBindingExpressionSyntax element
                when element.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>() is { } access:
                CheckKey(access.Expression, element.ArgumentList);
                break;
            case BaseObjectCreationExpressionSyntax { Initializer: { } list } made when IsTable(made):
                foreach (ExpressionSyntax entry in list.Expressions) CheckEntry(entry);
                break;
        }
    }

    /// <summary>The table of a call whose first argument is a key.</summary>
    private static ExpressionSyntax? Receiver(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add" or "Contains" or "Remove" } access =>
            access.Expression,
        MemberBindingExpressionSyntax { Name.Identifier.ValueText: "Add" or "Contains" or "Remove" } binding =>
            binding.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression,
        _ => null,
    };

    private void CheckEntry(ExpressionSyntax entry)
    {
        if (entry is InitializerExpressionSyntax { Expressions: { Count: > 0 } parts }) CheckKey(parts[0]);
        if (entry is AssignmentExpressionSyntax { Left: ImplicitElementAccessSyntax { ArgumentList: { } list } })
            CheckKey(list.Arguments[0].Expression);
    }

    private void CheckKey(ExpressionSyntax table, BaseArgumentListSyntax arguments)
    {
        if (arguments.Arguments.Count > 0 && IsTable(table)) CheckKey(arguments.Arguments[0].Expression);
    }

    private void CheckKey(ExpressionSyntax key)
    {
        while (key is CastExpressionSyntax cast) key = cast.Expression;
        if (model.GetTypeInfo(key).Type is not { } type || IsFitting(type)) return;
        findings.Add(Catalog.HashtableKey, key, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));
    }

    private static bool IsFitting(ITypeSymbol type) =>
        type.TypeKind is TypeKind.Enum or TypeKind.Error or TypeKind.Interface or TypeKind.Dynamic
        || type.SpecialType is SpecialType.System_Object or SpecialType.System_Enum or SpecialType.System_ValueType
        || type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_String;

    private bool IsTable(ExpressionSyntax expression)
    {
        for (ITypeSymbol? type = model.GetTypeInfo(expression).Type; type is not null; type = type.BaseType)
            if (Names.Full(type) is TableName or InterfaceName) return true;
        return false;
    }
}
