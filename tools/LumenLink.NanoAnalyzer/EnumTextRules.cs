using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LumenLink.NanoAnalyzer;

/// <summary>
/// Text of an enum, wherever the types say that one is made. A value that travels as object is beyond them.
/// </summary>
internal sealed class EnumTextRules(SemanticModel model, Findings findings)
{
    private const string BuilderName = "System.Text.StringBuilder";

    /// <summary>Checks one node.</summary>
    public void Check(SyntaxNode node)
    {
        switch (node)
        {
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: nameof(ToString) } access:
                Refuse(access.Expression, access);
                break;
            case ConditionalAccessExpressionSyntax access when MakesText(access.WhenNotNull):
                Refuse(access.Expression, access);
                break;
            case InterpolationSyntax hole: Refuse(hole.Expression, hole); break;
            case InvocationExpressionSyntax call: CheckCall(call); break;
            case BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression) && IsString(sum):
                Refuse(sum.Left, sum.Left);
                Refuse(sum.Right, sum.Right);
                break;
            case AssignmentExpressionSyntax more
                when more.IsKind(SyntaxKind.AddAssignmentExpression) && IsString(more.Left):
                Refuse(more.Right, more.Right);
                break;
        }
    }

    private static bool MakesText(ExpressionSyntax whenNotNull) =>
        whenNotNull is InvocationExpressionSyntax
        {
            Expression: MemberBindingExpressionSyntax { Name.Identifier.ValueText: nameof(ToString) },
        };

    /// <summary>Arguments that become text: of Format and Concat, an array's elements too, and of a builder.</summary>
    private void CheckCall(InvocationExpressionSyntax call)
    {
        if (model.GetSymbolInfo(call).Symbol is not IMethodSymbol method) return;
        bool ofString = method.ContainingType?.SpecialType == SpecialType.System_String
            && method.Name is nameof(string.Format) or nameof(string.Concat);
        bool ofBuilder = method.Name is "Append" or "Insert" && Names.Full(method.ContainingType!) == BuilderName;
        if (!ofString && !ofBuilder) return;
        foreach (ExpressionSyntax argument in call.ArgumentList.Arguments.Select(argument => argument.Expression))
        {
            Refuse(argument, argument);
            foreach (ExpressionSyntax element in Elements(argument)) Refuse(element, element);
        }
    }

    private static SeparatedSyntaxList<ExpressionSyntax> Elements(ExpressionSyntax argument) => argument switch
    {
        ArrayCreationExpressionSyntax { Initializer: { } list } => list.Expressions,
        ImplicitArrayCreationExpressionSyntax array => array.Initializer.Expressions,
        _ => default,
    };

    private void Refuse(ExpressionSyntax value, SyntaxNode place)
    {
        if (IsEnum(value)) findings.Add(Catalog.EnumText, place);
    }

    private bool IsEnum(ExpressionSyntax value)
    {
        while (value is ParenthesizedExpressionSyntax or CastExpressionSyntax)
        {
            if (model.GetTypeInfo(value).Type?.TypeKind == TypeKind.Enum) return true;
            // A cast to a number is what the message asks for; one to object hides the enum only from the compiler.
            if (value is CastExpressionSyntax cast && model.GetTypeInfo(cast).Type is not { IsReferenceType: true })
                return false;
            value = value is CastExpressionSyntax boxed
                ? boxed.Expression
                : ((ParenthesizedExpressionSyntax)value).Expression;
        }

        return model.GetTypeInfo(value).Type is { } type
            && (type.TypeKind == TypeKind.Enum || type.SpecialType == SpecialType.System_Enum);
    }

    private bool IsString(ExpressionSyntax value) =>
        model.GetTypeInfo(value).Type?.SpecialType == SpecialType.System_String;
}
