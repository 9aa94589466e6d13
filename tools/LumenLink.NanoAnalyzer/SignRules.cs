using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LumenLink.NanoAnalyzer;

/// <summary>
/// What an unsigned number becomes when it is turned into a signed one. The interpreter goes by a mark on each value,
/// not by the instruction: int of uint and long of ulong are no instruction, and long of a smaller one is marked
/// unsigned. Shifts, remainders and wider types then take it, and what it is the left side of, as unsigned. Only where
/// that makes no difference may one stand; a local is no such place, for the compiler may leave it out.
/// </summary>
internal sealed class SignRules(SemanticModel model, Findings findings)
{
    private const string ForInt = "(int)(long), or an int from the start";
    private const string ForLong = "(long)(int) of what is below 2^31, or a long from the start";

    /// <summary>Checks one node.</summary>
    public void Check(SyntaxNode node)
    {
        if (node is not ExpressionSyntax value || model.GetConstantValue(value).HasValue) return;
        if (value.Parent is MemberAccessExpressionSyntax access && access.Name == value) return; // the access is judged
        TypeInfo info = model.GetTypeInfo(value);
        SpecialType from = Number(value is CastExpressionSyntax cast
            ? model.GetTypeInfo(cast.Expression).Type
            : info.Type);
        SpecialType to = Number(value is CastExpressionSyntax ? info.Type : info.ConvertedType);
        if (StaysUnsigned(from, to) && !MakesNoDifference(value))
            findings.Add(Catalog.StaysUnsigned, value, to == SpecialType.System_Int32 ? ForInt : ForLong);
    }

    private static bool StaysUnsigned(SpecialType from, SpecialType to) => to switch
    {
        SpecialType.System_Int32 => from == SpecialType.System_UInt32,
        SpecialType.System_Int64 => from is SpecialType.System_Byte or SpecialType.System_UInt16
            or SpecialType.System_Char or SpecialType.System_UInt32 or SpecialType.System_UInt64,
        _ => false,
    };

    private static SpecialType Number(ITypeSymbol? type) =>
        type is INamedTypeSymbol { EnumUnderlyingType: { } underlying }
            ? underlying.SpecialType
            : type?.SpecialType ?? SpecialType.None;

    private bool MakesNoDifference(ExpressionSyntax value)
    {
        while (value.Parent is ParenthesizedExpressionSyntax or ConditionalExpressionSyntax or CheckedExpressionSyntax)
            value = (ExpressionSyntax)value.Parent;
        return value.Parent switch
        {
            // An index is not negative.
            ArgumentSyntax { Parent: BracketedArgumentListSyntax { Parent: ElementAccessExpressionSyntax access } } =>
                model.GetTypeInfo(access.Expression).Type is { } type
                    && (type.TypeKind == TypeKind.Array || type.SpecialType == SpecialType.System_String),
            // The left side gives the mark of the result; comparisons do not go by it.
            BinaryExpressionSyntax binary => binary.Right == value || IsComparison(binary),
            AssignmentExpressionSyntax assignment => assignment.Right == value
                && (!assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) || Converts(assignment.Left)),
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax } } =>
                true,
            CastExpressionSyntax cast => !IsWider(Number(model.GetTypeInfo(cast).Type)),
            _ => false,
        };
    }

    private static bool IsComparison(BinaryExpressionSyntax binary) => binary.Kind()
        is SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression or SyntaxKind.LessThanExpression
        or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.GreaterThanExpression
        or SyntaxKind.GreaterThanOrEqualExpression;

    /// <summary>Stores into fields and elements give the value the mark of its place.</summary>
    private bool Converts(ExpressionSyntax target) =>
        target is ElementAccessExpressionSyntax || model.GetSymbolInfo(target).Symbol is IFieldSymbol;

    private static bool IsWider(SpecialType type) =>
        type is SpecialType.System_Int64 or SpecialType.System_Single or SpecialType.System_Double;
}
