using System.Text.Json;
using LumenLink.Rendezvous.Query;

namespace LumenLink.Tests.Rendezvous.Query.Abuse;

/// <summary>What every answer must hold to.</summary>
internal sealed class AnswerJudge(ApiDocument document, IReadOnlyList<string> secrets)
{
    private const string Problem = "application/problem+json";

    /// <summary>Signs of the inside: traces of the stack, names of types, SQL, paths of files.</summary>
    private static readonly string[] Inside =
    [
        "   at ", "Exception", "System.", "Microsoft.", "LumenLink.Rendezvous", "Npgsql", "Sqlite", "SQLSTATE",
        "SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", ".cs:", ".dll", "PRIVATE KEY", "BEGIN CERTIFICATE",
        AppContext.BaseDirectory, Path.GetTempPath(), Environment.CurrentDirectory + "/",
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/.",
    ];

    private static readonly Dictionary<string, ProblemCode> Codes =
        Enum.GetValues<ProblemCode>().ToDictionary(Problems.Text);

    /// <summary>What is wrong with an answer; null when nothing is.</summary>
    public string? FaultOf(ApiOperation operation, AbuseRequest request, RawAnswer answer)
    {
        if (Leak(answer) is { } leak)
            return $"the answer has {leak}";
        bool isBroken = request.Strange.HasFlag(Strangeness.Http);
        if (answer.Status == 0)
            return isBroken ? null : "no answer";
        if (isBroken && answer.Status >= 400 && answer.Body.Length == 0)
            return null; // the server's own, before the service saw anything
        if (answer.Status >= 500)
            return "the service failed";
        if (request.Method == "HEAD")
            return answer.Body.Length == 0 ? null : "HEAD has a body";
        if (answer.Status >= 400 && ProblemFault(answer) is { } fault)
            return fault;
        if (request.Strange.HasFlag(Strangeness.Path) || answer.Status is 400 && isBroken)
            return null;
        if (request.Strange.HasFlag(Strangeness.Method))
            return MethodFault(operation, request, answer);
        return AnswerFault(operation, answer);
    }

    private string? Leak(RawAnswer answer) =>
        Inside.Concat(secrets).FirstOrDefault(
            text => answer.Raw.Contains(text, StringComparison.Ordinal)
                || answer.Text.Contains(text, StringComparison.Ordinal))
        ?? (answer.Headers.Contains("server") ? "a Server header" : null)
        ?? (answer.Headers.Contains("x-powered-by") ? "an X-Powered-By header" : null);

    private static string? ProblemFault(RawAnswer answer)
    {
        if (answer.Type != Problem)
            return $"a failure of type {answer.Type ?? "none"}";
        JsonElement problem = JsonDocument.Parse(answer.Body).RootElement;
        string code = problem.GetProperty("code").GetString()!;
        if (!Codes.TryGetValue(code, out ProblemCode known))
            return $"the code {code} is not described";
        if (problem.GetProperty("status").GetInt32() != answer.Status
            || (Problems.StatusOf(known) != answer.Status && Problems.CodeOf(answer.Status) != known))
            return $"the code {code} does not go with the status";
        return problem.GetProperty("type").GetString() == $"urn:lumenlink:problem:{code}"
            ? null
            : "the type is not the code's";
    }

    /// <summary>Another method of the path is another call, or is not there.</summary>
    private string? MethodFault(ApiOperation operation, AbuseRequest request, RawAnswer answer)
    {
        if (document.Find(request.Method.ToUpperInvariant(), operation.Path) is { } other)
            return AnswerFault(other, answer);
        return answer.Status switch
        {
            405 when answer.Headers.Contains("allow") => null,
            204 when request.Method == "OPTIONS" => null,
            404 or 400 or 401 or 403 => null,
            _ => $"another method is answered {answer.Status}",
        };
    }

    private string? AnswerFault(ApiOperation operation, RawAnswer answer)
    {
        if (!operation.Names(answer.Status))
            return "the description does not name the status";
        IReadOnlyList<string> types = operation.TypesOf(answer.Status);
        if (types.Count == 0)
            return answer.Body.Length == 0 ? null : "the description has no body for it";
        if (answer.Type is not { } type || !types.Contains(type))
            return $"the description does not name the type {answer.Type ?? "none"}";
        if (!type.EndsWith("json", StringComparison.Ordinal))
            return null;
        return document.FaultOf(operation, answer.Status, type, answer.Text) is { } fault
            ? $"not as described: {fault}"
            : null;
    }
}
