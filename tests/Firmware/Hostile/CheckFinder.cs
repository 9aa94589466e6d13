using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>
/// Finds the checks of a file and puts a switch around each. A check is: what an <c>if</c> with a refusal for a body
/// asks, each side of <c>||</c> for itself; what decides between success and a refusal in a <c>return</c>; and what a
/// method of type bool returns, each side of <c>&amp;&amp;</c> for itself.
/// </summary>
internal sealed class CheckFinder(string[] methods, HashSet<string> allMethods, List<DeviceCheck> checks)
    : CSharpSyntaxRewriter
{
    private static readonly string[] Successes = ["None", "Accepted", "Done"];

    private readonly HashSet<string> found = [];
    private MethodDeclarationSyntax? method;

    /// <summary>Methods of the device that return why a frame is or is not believed, and are not in the
    /// list.</summary>
    internal static IEnumerable<string> Deciding() =>
        from file in DeviceSources.FilesOf("firmware/Core/LumenLink.Beacon.Core.projitems")
        let listed = DeviceSources.Checked.SingleOrDefault(entry => entry.File == file).Methods ?? []
        from method in CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(DeviceSources.Root, file))).GetRoot()
            .DescendantNodes().OfType<MethodDeclarationSyntax>()
        where method.ReturnType.ToString() is "DownlinkOutcome" or "ControlOutcome" or "WireError"
        where !listed.Contains(method.Identifier.Text)
        select $"{((TypeDeclarationSyntax)method.Parent!).Identifier.Text}.{method.Identifier.Text}";

    /// <summary>Methods that were looked for and not found.</summary>
    internal IEnumerable<string> Missing => methods.Except(found);

    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        if (!methods.Contains(node.Identifier.Text)) return node;
        found.Add(node.Identifier.Text);
        method = node;
        return base.VisitMethodDeclaration(node);
    }

    public override SyntaxNode? VisitPropertyDeclaration(PropertyDeclarationSyntax node) => node;

    public override SyntaxNode? VisitConstructorDeclaration(ConstructorDeclarationSyntax node) => node;

    public override SyntaxNode? VisitOperatorDeclaration(OperatorDeclarationSyntax node) => node;

    public override SyntaxNode? VisitIndexerDeclaration(IndexerDeclarationSyntax node) => node;

    public override SyntaxNode? VisitIfStatement(IfStatementSyntax node)
    {
        var visited = (IfStatementSyntax)base.VisitIfStatement(node)!;
        return Refuses(node.Statement)
            ? visited.WithCondition(Split(node.Condition, SyntaxKind.LogicalOrExpression, "Refuses"))
            : visited;
    }

    public override SyntaxNode? VisitConditionalExpression(ConditionalExpressionSyntax node) =>
        node.Parent is ReturnStatementSyntax && IsSuccess(node.WhenTrue)
            ? node.WithCondition(Switched(node.Condition, "Passes"))
            : base.VisitConditionalExpression(node);

    public override SyntaxNode? VisitReturnStatement(ReturnStatementSyntax node) =>
        method!.ReturnType.ToString() == "bool" && node.Expression is not (null or LiteralExpressionSyntax)
            ? node.WithExpression(Split(node.Expression, SyntaxKind.LogicalAndExpression, "Passes"))
            : base.VisitReturnStatement(node);

    /// <summary>True for a body that ends the method, counts a refusal, names one or bounds a value, or forgets a
    /// session.</summary>
    private static bool Refuses(StatementSyntax body)
    {
        StatementSyntax[] statements = body is BlockSyntax block ? [.. block.Statements] : [body];
        return statements[^1] is ReturnStatementSyntax end
            ? end.Expression is not ConditionalExpressionSyntax choice || !IsSuccess(choice.WhenTrue)
            : statements.Any(statement => statement.ToString() is "_counters.DownlinkRefused++;")
                || statements[0].ToString().EndsWith(" = null;", StringComparison.Ordinal)
                || (statements is [ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax only }]
                    && only.Left is IdentifierNameSyntax name && char.IsLower(name.Identifier.Text[0]));
    }

    private static bool IsSuccess(ExpressionSyntax value) =>
        value is MemberAccessExpressionSyntax member && Successes.Contains(member.Name.Identifier.Text);

    private ExpressionSyntax Split(ExpressionSyntax whole, SyntaxKind at, string way) =>
        whole is BinaryExpressionSyntax both && both.IsKind(at)
            ? both.WithLeft(Split(both.Left, at, way)).WithRight(Split(both.Right, at, way))
            : Switched(whole, way);

    private ExpressionSyntax Switched(ExpressionSyntax condition, string way)
    {
        string place = $"{((TypeDeclarationSyntax)method!.Parent!).Identifier.Text}.{method.Identifier.Text}";
        string text = condition.NormalizeWhitespace().ToString();
        int same = checks.Count(check => check.Place == place && Unnumbered(check.Condition) == text);
        int number = checks.Count + 1;
        checks.Add(new DeviceCheck(number, place, same == 0 ? text : $"{text} ({same + 1})", HandsOn(condition)));
        return SyntaxFactory.ParseExpression(
            $"{RemovedCheck.ClassName}.{way}({number}, {condition.WithoutTrivia()})");
    }

    private static string Unnumbered(string text) =>
        text.EndsWith(')') && text.LastIndexOf(" (", StringComparison.Ordinal) is > 0 and var at
            && int.TryParse(text[(at + 2)..^1], out _) ? text[..at] : text;

    /// <summary>True if every part asks a method of the list, or a variable that such a method has set.</summary>
    private bool HandsOn(ExpressionSyntax condition) =>
        condition is BinaryExpressionSyntax both && both.IsKind(SyntaxKind.LogicalAndExpression)
            ? HandsOn(both.Left) && HandsOn(both.Right)
            : Asks(condition) || condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(IsSetByOne);

    private bool IsSetByOne(IdentifierNameSyntax name) =>
        method!.DescendantNodes().OfType<VariableDeclaratorSyntax>().Any(
            variable => variable.Identifier.Text == name.Identifier.Text && variable.Initializer is { } initial
                && Asks(initial.Value))
        || method.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(
            assignment => assignment.Left.ToString() == name.Identifier.Text && Asks(assignment.Right));

    private bool Asks(ExpressionSyntax expression) =>
        expression.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Any(call => allMethods.Contains(
            call.Expression is MemberAccessExpressionSyntax member
                ? member.Name.Identifier.Text
                : call.Expression.ToString()));
}
