using System.Buffers;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Resolve;

/// <summary>Which beacons a client heard.</summary>
internal sealed class ResolveEndpoint(
    EidKeeper keeper, EidBook eids, EidSearch search, Revocations revocations, LumenMetrics metrics,
    TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/resolve", (
            ApiCaller caller, HttpRequest request, ResolveEndpoint resolve, CancellationToken cancellationToken) =>
            resolve.AnswerAsync(caller.TenantId, request, cancellationToken))
        .Requires(Scope.Find)
        .WithName("resolve").WithTags("Fleet").WithSummary("Which beacons advertise these identifiers now")
        .WithDescription(
            $"Up to {ResolvePolicy.MaxEids} Eddystone-EIDs that were heard a moment ago, as 16 hexadecimal digits, "
            + "such as " + ResolveRequest.Body + ". One item for each, in the same order; beacon is null for an "
            + "identifier that no beacon advertises now, that was recorded long ago, or that is of a revoked beacon: "
            + "the answer does not tell which. One is good for the period in which it was heard and those beside it.")
        .WithParameters().Accepts<ResolveCall>("application/json")
        .WithExample(new ResolveAnswer([Examples.Resolved, Examples.NotResolved])).Produces<ResolveAnswer>()
        .ProducesProblem(400).ProducesProblem(413).ProducesProblem(415).ProducesProblem(503);

    private async Task<IResult> AnswerAsync(int tenantId, HttpRequest request, CancellationToken cancellationToken)
    {
        if (new QueryReader(request).Problem is { } unknown)
            return unknown;
        ulong[] asked = ArrayPool<ulong>.Shared.Rent(ResolvePolicy.MaxEids);
        try
        {
            int? count = await ResolveRequest.ReadAsync(
                request.BodyReader, asked.AsMemory(0, ResolvePolicy.MaxEids), cancellationToken);
            if (count is not { } asks)
                return RequestBody.TooLarge();
            if (asks == 0)
            {
                return Problems.Of(
                    ProblemCode.RequestMalformed,
                    $"The body must be JSON like {ResolveRequest.Body}, with 1 to {ResolvePolicy.MaxEids} of them.");
            }

            // What is not known of revocations is not known of any beacon.
            if (!keeper.Loaded.IsCompleted || !await revocations.IsCurrentAsync(cancellationToken))
            {
                return Problems.Of(
                    ProblemCode.StoreUnavailable,
                    "The fleet cannot be read at the moment. Try again in a few seconds.");
            }

            Answer(tenantId, request.HttpContext.Response, asked.AsSpan(0, asks));
            return Results.Empty;
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(asked);
        }
    }

    private void Answer(int tenantId, HttpResponse response, ReadOnlySpan<ulong> asked)
    {
        DateTimeOffset now = time.GetUtcNow();
        long nowS = now.ToUnixTimeSeconds();
        FleetBeacon?[] found = ArrayPool<FleetBeacon?>.Shared.Rent(asked.Length);
        try
        {
            Span<FleetBeacon?> beacons = found.AsSpan(0, asked.Length);
            eids.Resolve(asked, beacons, tenantId, nowS, search.Round);
            int known = asked.Length - beacons.Count((FleetBeacon?)null);
            metrics.Resolve.Known.Inc(known);
            metrics.Resolve.Unknown.Inc(asked.Length - known);
            ReadOnlySpan<byte> json = ResolveAnswer.Write(asked, beacons, now);
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = json.Length;
            response.Headers.CacheControl = "no-store";
            response.BodyWriter.Write(json); // sent when the call ends
        }
        finally
        {
            ArrayPool<FleetBeacon?>.Shared.Return(found, clearArray: true);
        }
    }
}

/// <summary>What a call takes.</summary>
/// <param name="Eids">Identifiers, 16 hexadecimal digits each.</param>
internal sealed record ResolveCall(IReadOnlyList<string> Eids);
