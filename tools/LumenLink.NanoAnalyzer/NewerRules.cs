using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LumenLink.NanoAnalyzer;

/// <summary>
/// Syntax newer than C# 9, by name. Most of it the compiler refuses too, but says to raise the language version.
/// </summary>
internal sealed class NewerRules(SemanticModel model, Findings findings)
{
    private const string OwnDelegate = "a delegate type of your own";

    /// <summary>Checks one node.</summary>
    public void Check(SyntaxNode node)
    {
        switch (node)
        {
            case CollectionExpressionSyntax: Newer(node, "A collection expression", "new T[] { … }"); break;
            case ListPatternSyntax: Newer(node, "A list pattern", "compare Length and elements"); break;
            case FileScopedNamespaceDeclarationSyntax space:
                Newer(space.NamespaceKeyword, "A file-scoped namespace", "a namespace in braces");
                break;
            case ExtensionBlockDeclarationSyntax block:
                Newer(block.Keyword, "An extension block", "static methods with a this parameter");
                break;
            case TypeDeclarationSyntax { ParameterList: { } list } and not RecordDeclarationSyntax:
                Newer(list, "A primary constructor", "a constructor and readonly fields");
                break;
            case AnonymousFunctionExpressionSyntax function: CheckLambda(function); break;
            case BinaryExpressionSyntax binary when binary.IsKind(SyntaxKind.UnsignedRightShiftExpression):
                Newer(binary.OperatorToken, "'>>>'", "'>>' on the value cast to unsigned");
                break;
            case AssignmentExpressionSyntax assignment
                when assignment.IsKind(SyntaxKind.UnsignedRightShiftAssignmentExpression):
                Newer(assignment.OperatorToken, "'>>>='", "'>>' on the value cast to unsigned");
                break;
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax } start
                when IsUntyped(start) && IsMethodName(start.Value):
                Newer(start.Value, "The natural type of a method", OwnDelegate);
                break;
            case ConstructorDeclarationSyntax { Identifier: { ValueText: "extension" } word }:
                // What the parser makes of one while the language is C# 9.
                Newer(word, "An extension block", "static methods with a this parameter");
                break;
        }
    }

    /// <summary>Checks one token.</summary>
    public void Check(SyntaxToken token)
    {
        switch (token.Kind())
        {
            case SyntaxKind.RequiredKeyword: Newer(token, "required", "a constructor parameter"); break;
            case SyntaxKind.Utf8StringLiteralToken: Newer(token, "A u8 literal", "a constant byte array"); break;
            case SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
                or SyntaxKind.InterpolatedSingleLineRawStringStartToken
                or SyntaxKind.InterpolatedMultiLineRawStringStartToken:
                Newer(token, "A raw string", "a quoted or an @-string");
                break;
        }
    }

    private void CheckLambda(AnonymousFunctionExpressionSyntax function)
    {
        if (function is ParenthesizedLambdaExpressionSyntax lambda
            && lambda.ParameterList.Parameters.Any(
                p => p.Default is not null || p.Modifiers.Any(SyntaxKind.ParamsKeyword)))
            Newer(lambda.ParameterList, "A default or params parameter of a lambda", "a delegate type that has it");
        if (function.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax } start && IsUntyped(start))
            Newer(function, "The natural type of a lambda", OwnDelegate);
    }

    private static bool IsUntyped(EqualsValueClauseSyntax start) =>
        start.Parent?.Parent is VariableDeclarationSyntax { Type.IsVar: true };

    private bool IsMethodName(ExpressionSyntax value) =>
        value is NameSyntax or MemberAccessExpressionSyntax && model.GetMemberGroup(value).Length > 0
        && model.GetSymbolInfo(value).Symbol is null or IMethodSymbol;

    private void Newer(SyntaxNode node, string what, string instead) =>
        findings.Add(Catalog.NewerSyntax, node, what, instead);

    private void Newer(SyntaxToken token, string what, string instead) =>
        findings.Add(Catalog.NewerSyntax, token, what, instead);
}
