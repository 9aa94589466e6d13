using System.Globalization;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Surface;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Admin;

/// <summary>The audit, for who checks it: entries of all chains, and the heads that vouch for them.</summary>
internal static class AuditEndpoints
{
    /// <summary>Characters of a cursor at most: a chain, and the longest number.</summary>
    private const int MaxCursor = 64;

    public static void MapAudit(this IEndpointRouteBuilder audit)
    {
        audit.MapGet("/entries", EntriesAsync).Requires(Scope.Audit).WithTag()
            .WithName("listAuditEntries").WithSummary("Entries of the audit, by chain and number")
            .WithDescription(
                "Every verdict and every administrative change of all tenants, as rows of hash chains, one for each "
                + "run of a replica. Nothing here is checked: lumen audit verify does that.")
            .WithParameters(QueryParameters.Limit, QueryParameters.EntryCursor)
            .WithExample(new Page<AuditLine>([Examples.AuditLine], "5f0c9a1be7d24c6f8a3b2e1d4c5f6a7b-42"))
            .ProducesGateProblems();
        audit.MapGet("/heads", HeadsAsync).Requires(Scope.Audit).WithTag()
            .WithName("listAuditHeads").WithSummary("Signed heads of the audit's chains, oldest first")
            .WithDescription(
                "Compact JWS (ES256) under a key that the operator root certified for the audit. Read them before the "
                + "entries: then every one is about entries that are read.")
            .WithParameters(QueryParameters.Limit, QueryParameters.HeadCursor)
            .WithExample(new Page<string>(["eyJhbGciOiJFUzI1NiJ9.eyJjaGFpbiI6IjVmMGMifQ.c2lnbmF0dXJl"], "17"))
            .ProducesGateProblems();
    }

    private static async Task<Results<Ok<Page<AuditLine>>, ProblemHttpResult>> EntriesAsync(
        HttpRequest request, IAuditStore store, CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        int limit = query.Number(QueryParameters.Limit);
        AuditPosition? after = Position(query);
        if (query.Problem is { } problem)
            return problem;
        IReadOnlyList<AuditEntry> found = await store.ListAuditEntriesAsync(after, limit + 1, cancellationToken);
        string? cursor = found.Count <= limit ? null : $"{found[limit - 1].Chain}-{found[limit - 1].Number}";
        return TypedResults.Ok(new Page<AuditLine>([.. found.Take(limit).Select(AuditLine.Of)], cursor));
    }

    private static async Task<Results<Ok<Page<string>>, ProblemHttpResult>> HeadsAsync(
        HttpRequest request, IAuditStore store, CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        int limit = query.Number(QueryParameters.Limit);
        long? after = query.Row(QueryParameters.HeadCursor);
        if (query.Problem is { } problem)
            return problem;
        IReadOnlyList<AuditHeadRow> found = await store.ListAuditHeadsAsync(after, limit + 1, cancellationToken);
        string? cursor = found.Count <= limit ? null : found[limit - 1].Id.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Ok(new Page<string>([.. found.Take(limit).Select(head => head.Jws)], cursor));
    }

    private static AuditPosition? Position(QueryReader query)
    {
        if (query.Label(QueryParameters.EntryCursor, MaxCursor) is not { } text)
            return null;
        if (text.Split('-') is [var chain, var number] && AuditHeadKinds.IsChain(chain)
            && number.All(char.IsAsciiDigit)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long row))
            return new AuditPosition(chain, row);
        query.Refuse(QueryParameters.EntryCursor, "must be the next_cursor of a page of this call");
        return null;
    }
}
