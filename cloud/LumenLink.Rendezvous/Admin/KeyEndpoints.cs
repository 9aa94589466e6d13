using System.Text.Json;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Surface;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Admin;

/// <summary>API keys of the caller's tenant.</summary>
internal static class KeyEndpoints
{
    /// <summary>What is answered when there is no such key.</summary>
    public const string Unknown = "There is no API key of this id.";

    /// <summary>What to do when there are as many as allowed.</summary>
    public static readonly string TooMany =
        $"There are {AccessPolicy.MaxKeys} API keys: those that ended leave "
        + $"{AccessPolicy.EndedKept.TotalDays:F0} days after.";

    private const string Path = "/keys";
    private const string Body = """{"name": "ci", "role": "viewer", "expires_in_days": 90}""";

    private static readonly Dictionary<string, ApiRole> Roles = Enum.GetValues<ApiRole>()
        .Where(role => role != ApiRole.None).ToDictionary(AccessGate.RoleName);

    public static void MapKeys(this IEndpointRouteBuilder admin)
    {
        admin.MapPost(Path, CreateAsync).Requires(Scope.Keys)
            .WithName("createKey").WithSummary("Make an API key")
            .WithDescription(
                "Roles: " + string.Join(", ", Roles.Keys) + ". The text of the key is in this answer and nowhere else: "
                + "the service keeps a hash. Lost ones are revoked and made anew.")
            .WithParameters().Accepts<ApiKeyRequest>("application/json")
            .WithExample(Examples.NewApiKey).Produces<NewApiKey>(201)
            .ProducesGateProblems().ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);
        admin.MapGet(Path, ListAsync).Requires(Scope.Keys).WithTag()
            .WithName("listKeys").WithSummary("API keys, in order of id")
            .WithDescription("Ended ones too, for a while. When one was used last is told to the hour.")
            .WithParameters(QueryParameters.Limit, QueryParameters.KeyCursor)
            .WithExample(new Page<ApiKey>([Examples.ApiKey], Examples.ApiKey.Id))
            .ProducesGateProblems();
        admin.MapPost(Path + "/{key}/revocation", RevokeAsync).Requires(Scope.Keys)
            .WithName("revokeKey").WithSummary("Revoke an API key for ever")
            .WithDescription(
                "Within " + $"{AccessPolicy.KeyLifetime.TotalSeconds:F0}" + " seconds no replica takes it. Asking "
                + "again changes nothing.")
            .WithParameters()
            .WithExample(Examples.ApiKey with { State = ApiKeyState.Revoked, RevokedAt = Examples.At })
            .ProducesAdminProblems();
    }

    private static async Task<Results<Created<NewApiKey>, ProblemHttpResult>> CreateAsync(
        ApiCaller caller, HttpRequest request, IApiKeyStore store, TimeProvider time, ILogger<KeyBook> logger,
        CancellationToken cancellationToken)
    {
        if (new QueryReader(request).Problem is { } unknown)
            return unknown;
        (byte[] body, ProblemHttpResult? problem) = await RequestBody.ReadAsync(request, cancellationToken);
        if (problem is not null)
            return problem;
        if (RequestBody.Parse<ApiKeyRequest>(body) is not { } asked)
            return RequestBody.Malformed(Body);
        if (Check(asked) is { } wrong)
            return wrong;
        DateTimeOffset now = time.GetUtcNow();
        string text = ApiKeyText.Create(out string id, out byte[] secretHash);
        ApiKeyView key = new(
            id, caller.TenantId, asked.Name, Roles[asked.Role], caller.Name, now,
            now.AddDays(asked.ExpiresInDays ?? AccessPolicy.DefaultDays));
        if (!await store.AddApiKeyAsync(key, secretHash, cancellationToken))
            return Problems.Of(ProblemCode.TooManyApiKeys, TooMany);
        logger.ApiKeyCreated(id, key.Role, caller.Name);
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created(AdminEndpoints.Path + Path, new NewApiKey(text, ApiKey.Of(key, now)));
    }

    private static ProblemHttpResult? Check(ApiKeyRequest asked)
    {
        if (EnrolmentFields.Label("name", asked.Name, AccessPolicy.MaxName, isOptional: false) is { } fault)
            return Wrong(fault.Field!, fault.Sentence);
        if (!Roles.ContainsKey(asked.Role))
            return Wrong("role", "role must be one of " + string.Join(", ", Roles.Keys) + ".");
        return asked.ExpiresInDays is < 1 or > AccessPolicy.MaxDays
            ? Wrong("expires_in_days", $"expires_in_days must be a whole number from 1 to {AccessPolicy.MaxDays}.")
            : null;
    }

    private static ProblemHttpResult Wrong(string member, string sentence) =>
        Problems.Of(ProblemCode.InvalidParameter, sentence, ("parameter", member));

    private static async Task<Results<Ok<Page<ApiKey>>, ProblemHttpResult>> ListAsync(
        ApiCaller caller, HttpRequest request, IApiKeyStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        int limit = query.Number(QueryParameters.Limit);
        string? after = query.Label(QueryParameters.KeyCursor, ApiKeyText.IdLength);
        if (after is not null && !ApiKeyText.IsId(after))
            query.Refuse(QueryParameters.KeyCursor, "must be the next_cursor of a page of this call");
        if (query.Problem is not null)
            return query.Problem;
        IReadOnlyList<ApiKeyView> found =
            await store.ListApiKeysAsync(caller.TenantId, after, limit + 1, cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        ApiKey[] items = [.. found.Take(limit).Select(key => ApiKey.Of(key, now))];
        return TypedResults.Ok(new Page<ApiKey>(items, found.Count > limit ? items[^1].Id : null));
    }

    private static async Task<Results<Ok<ApiKey>, ProblemHttpResult>> RevokeAsync(
        string key, ApiCaller caller, HttpRequest request, IApiKeyStore store, KeyBook book, TimeProvider time,
        ILogger<KeyBook> logger, CancellationToken cancellationToken)
    {
        if (new QueryReader(request).Problem is { } problem)
            return problem;
        DateTimeOffset now = time.GetUtcNow();
        ApiKeyView? revoked = ApiKeyText.IsId(key)
            ? await store.RevokeApiKeyAsync(caller.TenantId, key, caller.Name, now, cancellationToken)
            : null;
        if (revoked is null)
            return Problems.Of(ProblemCode.ApiKeyUnknown, Unknown);
        book.Forget(key);
        logger.ApiKeyRevoked(key, caller.Name);
        return TypedResults.Ok(ApiKey.Of(revoked, now));
    }
}
