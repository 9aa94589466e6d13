using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Surface;
using LumenLink.Rendezvous.Trust;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace LumenLink.Rendezvous.Packs;

/// <summary>What a client asks for; an empty body asks for everything.</summary>
/// <param name="Region">Only beacons of this region.</param>
/// <param name="Limit">Beacons at most.</param>
/// <param name="Near">Where the client is: near beacons are preferred.</param>
/// <param name="WithinM">Only beacons so many metres from there at most.</param>
internal sealed record PackRequest(
    string? Region = null, int? Limit = null, Location? Near = null, int? WithinM = null);

/// <summary>Packs for clients, and the keys that they are checked with.</summary>
internal static class PackEndpoints
{
    /// <summary>What a body looks like.</summary>
    public const string Body =
        """{"region": "hall-2", "near": {"latitude": 52.52, "longitude": 13.405}, "within_m": 500, "limit": 100}""";

    private const string PackType = "application/jose";
    private const string KeysetType = "application/jwk-set+json";

    public static void MapPacks(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/v1/config", IssueAsync).Requires(Scope.Find)
            .WithName("getPack").WithTags("Packs").WithSummary("A signed configuration pack for clients")
            .WithDescription(
                "A compact JWS (ES256) with live, attested beacons, how to reach the service and what to listen for. "
                + "Its header carries the operator root's certificate of the key: who pins the root checks it offline. "
                + "Refuse a version below one seen. A body such as " + Body + " selects, and any of it may be left "
                + "out. The beacons that are best for the client come first: fresh, not loaded, near; the same client "
                + "gets the same as long as they are, and regions take turns unless near is given.")
            .WithParameters().Accepts<PackRequest>(isOptional: true, "application/json")
            .WithMetadata(new CompressedAnswer())
            .WithExample(Examples.Pack, PackType).Produces<string>(200, PackType)
            .ProducesProblem(400).ProducesProblem(413).ProducesProblem(415).ProducesProblem(503);
        app.MapGet("/.well-known/jwks.json", Keyset).Requires(Scope.Open)
            .WithName("getKeyset").WithTags("Packs").WithSummary("The keys that packs are checked with")
            .WithDescription(
                "A JWK set: the key that signs now, one that will sign soon, and ones whose packs may still be about. "
                + "Each has the operator root's certificate beside it.")
            .WithParameters().WithTag()
            .WithExample(Examples.Keyset, KeysetType).Produces<object>(200, KeysetType)
            .ProducesProblem(400);
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> IssueAsync(
        ApiCaller caller, HttpRequest request, PackBook packs, LumenMetrics metrics,
        CancellationToken cancellationToken)
    {
        (PackRequest? asked, ProblemHttpResult? problem) = await ReadAsync(request, cancellationToken);
        if (asked is null)
        {
            metrics.Packs(PackOutcome.RequestRefused).Inc();
            return problem!;
        }

        string? pack = await packs.IssueAsync(
            caller.TenantId, asked,
            SelectionPolicy.ClientOf(LimitMiddleware.ClientOf(request.HttpContext, caller)), cancellationToken);
        metrics.Packs(pack is null ? PackOutcome.NoKey : PackOutcome.Issued).Inc();
        if (pack is null)
            return Problems.Of(ProblemCode.NoPackKey, "The operator gave this service no key that signs packs.");
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Text(pack, PackType);
    }

    private static async Task<(PackRequest? Asked, ProblemHttpResult? Problem)> ReadAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        if (new QueryReader(request).Problem is { } unknown)
            return (null, unknown);
        (byte[] body, ProblemHttpResult? problem) = await RequestBody.ReadAsync(request, cancellationToken);
        if (problem is not null)
            return (null, problem);
        PackRequest? asked = body.Length == 0 ? new PackRequest() : RequestBody.Parse<PackRequest>(body);
        return asked switch
        {
            null => (null, RequestBody.Malformed(Body)),
            { Region.Length: 0 or > EnrolmentPolicy.MaxRegion } => Refuse(
                "region", $"must have 1 to {EnrolmentPolicy.MaxRegion} characters"),
            { Limit: < 1 or > PackPolicy.MaxBeacons } => Refuse(
                "limit", $"must be a whole number from 1 to {PackPolicy.MaxBeacons}"),
            { Near: { } near } when near.ToPoint() is null => Refuse("near", Location.Rule),
            { WithinM: < 1 or > ApiLimits.MaxWithinM } => Refuse(
                "within_m", $"must be a whole number from 1 to {ApiLimits.MaxWithinM}"),
            { WithinM: not null, Near: null } => Refuse("within_m", ApiLimits.WithinNeedsNear),
            _ => (asked, null),
        };

        static (PackRequest?, ProblemHttpResult?) Refuse(string member, string sentence) => (null, Problems.Of(
            ProblemCode.InvalidParameter, $"{member} {sentence}.", ("parameter", member)));
    }

    private static Results<FileContentHttpResult, ProblemHttpResult> Keyset(HttpRequest request, OperatorKeys keys)
    {
        if (new QueryReader(request).Problem is { } problem)
            return problem;
        byte[] keyset = PackSignature.Keyset(keys.PublishedPacks);
        request.HttpContext.Response.GetTypedHeaders().CacheControl =
            new CacheControlHeaderValue { Public = true, MaxAge = PackPolicy.KeysetMaxAge };
        return TypedResults.Bytes(keyset, KeysetType);
    }
}
