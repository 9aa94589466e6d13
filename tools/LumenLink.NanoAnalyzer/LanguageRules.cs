using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LumenLink.NanoAnalyzer;

/// <summary>Constructs that are refused wherever they are written, whatever they mean.</summary>
internal sealed class LanguageRules(Findings findings)
{
    /// <summary>Checks one node by its kind.</summary>
    public void Check(SyntaxNode node)
    {
        switch (node)
        {
            case StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax:
                findings.Add(Catalog.StackAlloc, node);
                break;
            case FixedStatementSyntax statement: findings.Add(Catalog.Unsafe, statement.FixedKeyword, "fixed"); break;
            case PointerTypeSyntax: findings.Add(Catalog.Unsafe, node, node.ToString()); break;
            case FunctionPointerTypeSyntax: findings.Add(Catalog.Unsafe, node, "function pointer"); break;
            case ArrayRankSpecifierSyntax { Rank: > 1 }: findings.Add(Catalog.MultiDimensional, node); break;
            case YieldStatementSyntax: findings.Add(Catalog.Yield, node); break;
            case ImplicitArrayCreationExpressionSyntax { Commas.Count: > 0 }:
                findings.Add(Catalog.MultiDimensional, node);
                break;
            case TupleTypeSyntax or TupleExpressionSyntax or ParenthesizedVariableDesignationSyntax
                or PositionalPatternClauseSyntax:
                findings.Add(Catalog.Tuple, node);
                break;
            case AnonymousObjectCreationExpressionSyntax made:
                findings.Add(Catalog.Generic, made.NewKeyword, "An anonymous type", "a small class");
                break;
            case WithExpressionSyntax copy: findings.Add(Catalog.Record, copy.WithKeyword, "with"); break;
            case RecordDeclarationSyntax record:
                findings.Add(Catalog.Record, record.Identifier, record.Identifier.Text);
                break;
            case RangeExpressionSyntax: findings.Add(Catalog.IndexOrRange, node, node.ToString()); break;
            case QueryExpressionSyntax: findings.Add(Catalog.Query, node); break;
            case InterfaceDeclarationSyntax face: CheckInterface(face); break;
            default: CheckByKind(node); break;
        }
    }

    /// <summary>Checks one token: modifiers, and literals that have a type of their own.</summary>
    public void Check(SyntaxToken token)
    {
        switch (token.Kind())
        {
            case SyntaxKind.AsyncKeyword or SyntaxKind.AwaitKeyword:
                findings.Add(Catalog.Async, token, token.Text);
                break;
            case SyntaxKind.VolatileKeyword: findings.Add(Catalog.Volatile, token); break;
            case SyntaxKind.UnsafeKeyword: findings.Add(Catalog.Unsafe, token, "unsafe"); break;
            case SyntaxKind.FixedKeyword when token.Parent is FieldDeclarationSyntax:
                findings.Add(Catalog.Unsafe, token, "fixed buffer");
                break;
            case SyntaxKind.DecimalKeyword: findings.Add(Catalog.Decimal, token); break;
            case SyntaxKind.NumericLiteralToken when token.Value is decimal:
                findings.Add(Catalog.Decimal, token);
                break;
            case SyntaxKind.ExternKeyword when token.Parent is not ExternAliasDirectiveSyntax:
                findings.Add(Catalog.Extern, token);
                break;
            case SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken
                when token.ValueText.Contains('\0'):
                findings.Add(Catalog.NulInString, token);
                break;
        }
    }

    private void CheckByKind(SyntaxNode node)
    {
        switch (node.Kind())
        {
            case SyntaxKind.CheckedExpression: findings.Add(Catalog.Checked, node, "checked(…)"); break;
            case SyntaxKind.CheckedStatement: findings.Add(Catalog.Checked, node, "checked block"); break;
            case SyntaxKind.AddressOfExpression: findings.Add(Catalog.Unsafe, node, "address-of"); break;
            case SyntaxKind.IndexExpression: findings.Add(Catalog.IndexOrRange, node, node.ToString()); break;
        }
    }

    private void CheckInterface(InterfaceDeclarationSyntax face)
    {
        foreach (MemberDeclarationSyntax member in face.Members)
            if (HasBody(member)) findings.Add(Catalog.InterfaceBody, Name(member), Name(member).ValueText);
    }

    private static bool HasBody(MemberDeclarationSyntax member) => member switch
    {
        _ when member.Modifiers.Any(SyntaxKind.StaticKeyword) => true,
        MethodDeclarationSyntax method => method.Body is not null || method.ExpressionBody is not null,
        PropertyDeclarationSyntax { ExpressionBody: not null } => true,
        IndexerDeclarationSyntax { ExpressionBody: not null } => true,
        BasePropertyDeclarationSyntax { AccessorList: { } accessors } =>
            accessors.Accessors.Any(accessor => accessor.Body is not null || accessor.ExpressionBody is not null),
        _ => false,
    };

    private static SyntaxToken Name(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier,
        PropertyDeclarationSyntax property => property.Identifier,
        IndexerDeclarationSyntax indexer => indexer.ThisKeyword,
        EventDeclarationSyntax happening => happening.Identifier,
        BaseFieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier,
        _ => member.GetFirstToken(),
    };
}
