using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LumenLink.NanoAnalyzer;

/// <summary>
/// Static state. On the device statics are filled before Main, in an order nobody chose; in the simulator one process
/// runs
/// many boards. So a static is a constant, or readonly with content that cannot change and that needs no code to make.
/// </summary>
internal sealed class StaticRules(SemanticModel model, Findings findings)
{
    /// <summary>Checks one node.</summary>
    public void Check(SyntaxNode node)
    {
        switch (node)
        {
            case FieldDeclarationSyntax field when field.Modifiers.Any(SyntaxKind.StaticKeyword):
                CheckField(field);
                break;
            case EventFieldDeclarationSyntax happening when happening.Modifiers.Any(SyntaxKind.StaticKeyword):
                Mutable(happening.Declaration.Variables[0].Identifier);
                break;
            case PropertyDeclarationSyntax property when property.Modifiers.Any(SyntaxKind.StaticKeyword):
                CheckProperty(property);
                break;
            case ConstructorDeclarationSyntax constructor when constructor.Modifiers.Any(SyntaxKind.StaticKeyword):
                findings.Add(Catalog.StaticConstructor, constructor.Identifier, constructor.Identifier.Text);
                break;
        }
    }

    private void CheckField(FieldDeclarationSyntax field)
    {
        bool isReadOnly = field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword);
        foreach (VariableDeclaratorSyntax variable in field.Declaration.Variables)
        {
            ITypeSymbol? type = model.GetTypeInfo(field.Declaration.Type).Type;
            if (!isReadOnly) Mutable(variable.Identifier);
            else CheckContent(variable.Identifier, type, variable.Initializer?.Value);
        }
    }

    private void CheckProperty(PropertyDeclarationSyntax property)
    {
        if (property.ExpressionBody is not null || property.AccessorList is null) return;
        if (property.AccessorList.Accessors.Any(a => a.Body is not null || a.ExpressionBody is not null)) return;
        if (property.AccessorList.Accessors.Any(a => !a.IsKind(SyntaxKind.GetAccessorDeclaration)))
            Mutable(property.Identifier);
        else
            CheckContent(property.Identifier, model.GetTypeInfo(property.Type).Type, property.Initializer?.Value);
    }

    private void CheckContent(SyntaxToken name, ITypeSymbol? type, ExpressionSyntax? value)
    {
        if (value is null || type is null || IsConstant(value)) return;
        if (Offence(value) is { } offence) findings.Add(Catalog.StaticInitialiser, name, name.ValueText, offence);
        else if (!IsSimple(type)) Mutable(name);
        else findings.Add(Catalog.StaticInitialiser, name, name.ValueText, "is not a constant");
    }

    /// <summary>Constants, null and default, and arrays of such whose elements are all written out.</summary>
    private bool IsConstant(ExpressionSyntax value) => value switch
    {
        _ when model.GetConstantValue(value).HasValue => true,
        DefaultExpressionSyntax => true,
        LiteralExpressionSyntax => true,
        InitializerExpressionSyntax list => list.Expressions.All(IsConstant),
        ArrayCreationExpressionSyntax { Initializer: { } list } => IsConstant(list),
        ImplicitArrayCreationExpressionSyntax array => IsConstant(array.Initializer),
        PostfixUnaryExpressionSyntax sure => IsConstant(sure.Operand),
        _ => false,
    };

    /// <summary>What an initialiser does that depends on the order in which types are initialised.</summary>
    private string? Offence(ExpressionSyntax value)
    {
        foreach (SyntaxNode node in value.DescendantNodesAndSelf())
        {
            if (node is InvocationExpressionSyntax call && !model.GetConstantValue(call).HasValue)
                return $"calls {call.Expression}";
            if (node is BaseObjectCreationExpressionSyntax) return "constructs an object";
            if (node is SimpleNameSyntax && model.GetSymbolInfo(node).Symbol is { IsStatic: true } read
                && read is IFieldSymbol { IsConst: false } or IPropertySymbol)
                return $"reads {Names.Member(model.GetSymbolInfo(node).Symbol!)}";
        }

        return null;
    }

    private static bool IsSimple(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum
        || type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_String;

    private void Mutable(SyntaxToken name) => findings.Add(Catalog.MutableStatic, name, name.ValueText);
}
