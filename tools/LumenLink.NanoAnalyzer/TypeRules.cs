using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LumenLink.NanoAnalyzer;

/// <summary>
/// Rules about the types of things: what compiles or nearly compiles, and means something else on the device.
/// </summary>
internal sealed class TypeRules(SemanticModel model, GateFiles files, Findings findings)
{
    private const string WithoutParameters = "a type of your own without type parameters";
    private const string SpanByteName = "System.SpanByte";

    /// <summary>Checks one node.</summary>
    public void Check(SyntaxNode node)
    {
        switch (node)
        {
            case TypeParameterListSyntax list:
                findings.Add(Catalog.Generic, list, DeclaredName(list), WithoutParameters);
                break;
            case GenericNameSyntax name: CheckGeneric(name); break;
            case InvocationExpressionSyntax call: CheckCall(call); break;
            case NullableTypeSyntax nullable: CheckNullable(nullable); break;
            case ConditionalAccessExpressionSyntax access: CheckConditional(access); break;
            case IdentifierNameSyntax { Identifier.ValueText: "dynamic" } name
                when model.GetTypeInfo(name).Type?.TypeKind == TypeKind.Dynamic:
                findings.Add(Catalog.Dynamic, name);
                break;
            case MethodDeclarationSyntax method when method.Modifiers.Any(SyntaxKind.OverrideKeyword):
                CheckOverride(method);
                break;
            case PropertyDeclarationSyntax property
                when property.Modifiers.Any(SyntaxKind.OverrideKeyword):
                CheckOverride(property);
                break;
            case VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax field } variable
                when IsSpanByte(model.GetTypeInfo(field.Declaration.Type).Type):
                findings.Add(Catalog.SpanByteStored, variable, "no field holds one");
                break;
            case PropertyDeclarationSyntax { ExpressionBody: null, AccessorList: { } accessors } property
                when accessors.Accessors.All(a => a.Body is null && a.ExpressionBody is null)
                    && IsSpanByte(model.GetTypeInfo(property.Type).Type):
                findings.Add(Catalog.SpanByteStored, property.Identifier, "no property keeps one");
                break;
            case ArrayTypeSyntax array when IsSpanByte(model.GetTypeInfo(array.ElementType).Type):
                findings.Add(Catalog.SpanByteStored, array, "no array holds them");
                break;
            case BinaryExpressionSyntax binary
                when binary.Kind() is SyntaxKind.DivideExpression or SyntaxKind.ModuloExpression:
                CheckDivisor(binary, binary.Right);
                break;
            case AssignmentExpressionSyntax assignment
                when assignment.Kind() is SyntaxKind.DivideAssignmentExpression
                    or SyntaxKind.ModuloAssignmentExpression:
                CheckDivisor(assignment, assignment.Right);
                break;
        }
    }

    /// <summary>Whether a type is nano's own span.</summary>
    public static bool IsSpanByte(ITypeSymbol? type) => type is not null && Names.Full(type) == SpanByteName;

    private static string DeclaredName(TypeParameterListSyntax list) =>
        list.GetFirstToken().GetPreviousToken().ValueText;

    private void CheckGeneric(GenericNameSyntax name)
    {
        string instead = files.MissingName(name.Identifier.ValueText)?.Instead ?? WithoutParameters;
        findings.Add(Catalog.Generic, name, name.ToString(), instead);
    }

    private void CheckCall(InvocationExpressionSyntax call)
    {
        if (model.GetSymbolInfo(call).Symbol is not IMethodSymbol method) return;
        if (method.IsGenericMethod && !call.Expression.DescendantNodesAndSelf().OfType<GenericNameSyntax>().Any())
            findings.Add(Catalog.Generic, call, method.Name, WithoutParameters);
    }

    private void CheckNullable(NullableTypeSyntax nullable)
    {
        ITypeSymbol? element = model.GetTypeInfo(nullable.ElementType).Type;
        if (element is { IsValueType: true }) findings.Add(Catalog.NullableValue, nullable, nullable.ToString());
    }

    private void CheckConditional(ConditionalAccessExpressionSyntax access)
    {
        ITypeSymbol? type = model.GetTypeInfo(access.WhenNotNull).Type;
        if (type is { IsValueType: true } && type.SpecialType != SpecialType.System_Void)
            findings.Add(Catalog.ConditionalValue, access.OperatorToken);
    }

    private void CheckOverride(MethodDeclarationSyntax declaration)
    {
        if (model.GetDeclaredSymbol(declaration) is not { } method) return;
        for (INamedTypeSymbol? type = method.ContainingType.BaseType; type is not null; type = type.BaseType)
        {
            IMethodSymbol? overridden = type.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(other =>
                other.Parameters.Length == method.Parameters.Length
                && other.Parameters.Zip(method.Parameters, (a, b) => Same(a.Type, b.Type)).All(same => same));
            if (overridden is null) continue;
            if (!Same(overridden.ReturnType, method.ReturnType))
                findings.Add(Catalog.Covariant, declaration.Identifier, method.Name);
            return;
        }
    }

    private void CheckOverride(PropertyDeclarationSyntax declaration)
    {
        if (model.GetDeclaredSymbol(declaration) is not { } property) return;
        for (INamedTypeSymbol? type = property.ContainingType.BaseType; type is not null; type = type.BaseType)
        {
            IPropertySymbol? overridden = type.GetMembers(property.Name).OfType<IPropertySymbol>().FirstOrDefault();
            if (overridden is null) continue;
            if (!Same(overridden.Type, property.Type))
                findings.Add(Catalog.Covariant, declaration.Identifier, property.Name);
            return;
        }
    }

    private static bool Same(ITypeSymbol one, ITypeSymbol other) => SymbolEqualityComparer.Default.Equals(one, other);

    private void CheckDivisor(ExpressionSyntax division, ExpressionSyntax divisor)
    {
        if (model.GetTypeInfo(division).Type?.SpecialType is SpecialType.System_Single or SpecialType.System_Double)
            return;
        if (model.GetConstantValue(divisor).Value is -1 or -1L or (short)-1 or (sbyte)-1)
            findings.Add(Catalog.MinusOne, division);
    }
}
