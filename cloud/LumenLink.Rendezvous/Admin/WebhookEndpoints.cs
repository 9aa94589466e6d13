using System.Security.Cryptography;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Rendezvous.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Admin;

/// <summary>Webhooks of the caller's tenant.</summary>
internal static class WebhookEndpoints
{
    /// <summary>What is answered when there is no such webhook.</summary>
    public const string Unknown = "There is no webhook of this id.";

    /// <summary>What to do when there are as many as allowed.</summary>
    public static readonly string TooMany =
        $"There are {WebhookPolicy.MaxWebhooks} webhooks: remove one that is not needed.";

    private const string Path = "/webhooks";
    private const string One = Path + "/{webhook}";
    private const int IdBytes = 8;
    private const string Body = """{"url": "https://receiver.example/lumen", "events": ["beacon.offline"]}""";

    private static readonly string Names =
        string.Join(", ", WebhookEvents.Choices.Select(WebhookEvents.NameOf));

    public static void MapWebhooks(this IEndpointRouteBuilder admin)
    {
        admin.MapPost(Path, CreateAsync).Requires(Scope.Webhooks)
            .WithName("createWebhook").WithSummary("Make a webhook")
            .WithDescription(
                $"Events: {Names}. Deliveries are signed as Standard Webhooks 1.0.0 says; the secret is in this answer "
                + "and nowhere else.")
            .WithParameters().Accepts<WebhookRequest>("application/json")
            .WithExample(Examples.NewWebhook).Produces<NewWebhookSecret>(201)
            .ProducesGateProblems().ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);
        admin.MapGet(Path, ListAsync).Requires(Scope.Webhooks)
            .WithName("listWebhooks").WithSummary("Webhooks, in order of id")
            .WithDescription($"There are {WebhookPolicy.MaxWebhooks} at most, so this is all of them.")
            .WithParameters().WithExample(new Page<Webhook>([Examples.Webhook], null))
            .ProducesGateProblems();
        admin.MapDelete(One, RemoveAsync).Requires(Scope.Webhooks)
            .WithName("removeWebhook").WithSummary("Remove a webhook and what waits for it")
            .WithDescription("What is on its way still arrives. The answer is the webhook as it was.")
            .WithParameters().WithExample(Examples.Webhook).ProducesAdminProblems();
        admin.MapPost(One + "/test", TestAsync).Requires(Scope.Webhooks)
            .WithName("testWebhook").WithSummary("Send a webhook an event of its own")
            .WithDescription("webhook.test, signed and tried again like all others.")
            .WithParameters().WithExample(Examples.WebhookTest).ProducesAdminProblems();
        admin.MapPost(One + "/secret", RotateAsync).Requires(Scope.Webhooks)
            .WithName("rotateWebhookSecret").WithSummary("Give a webhook another secret")
            .WithDescription(
                $"For {WebhookPolicy.SecretOverlap.TotalHours:F0} hours deliveries have the signatures of both. The "
                + "new secret is in this answer and nowhere else.")
            .WithParameters().WithExample(Examples.NewWebhook with
            {
                Webhook = Examples.Webhook with { PreviousSecretUntil = Examples.At.AddDays(1) },
            })
            .ProducesAdminProblems();
        admin.MapState("pause", "pauseWebhook", "Pause a webhook", WebhookState.Paused);
        admin.MapState("resume", "resumeWebhook", "Let a webhook get events again", WebhookState.Active);
        admin.MapGet(One + "/deliveries", DeliveriesAsync).Requires(Scope.Webhooks)
            .WithName("listWebhookDeliveries").WithSummary("Deliveries of a webhook, the newest first")
            .WithDescription(
                $"Those that wait and {WebhookPolicy.MaxSettled} that are over, for "
                + $"{WebhookPolicy.SettledKept.TotalDays:F0} days at most. Of an answer only its status is kept.")
            .WithParameters(QueryParameters.Limit)
            .WithExample(new Page<WebhookDelivery>([Examples.WebhookDelivery], null)).ProducesAdminProblems();
    }

    private static void MapState(
        this IEndpointRouteBuilder admin, string word, string name, string summary, WebhookState state) => admin
        .MapPost(
            $"{One}/{word}",
            (string webhook, ApiCaller caller, HttpRequest request, IWebhookStore store, TimeProvider time,
                ILogger<WebhookDispatcher> logger, CancellationToken cancellationToken) => ChangeAsync(
                webhook, caller, request, time, logger, $"{state}",
                now => store.SetWebhookStateAsync(
                    caller.TenantId, webhook, state, caller.Name, now, cancellationToken)))
        .Requires(Scope.Webhooks).WithName(name).WithSummary(summary)
        .WithDescription(
            "While a webhook is paused events wait, as many as there is room for and for "
            + $"{WebhookPolicy.Lifetime.TotalDays:F0} days at most. Asking again changes nothing.")
        .WithParameters().WithExample(Examples.Webhook with { State = state }).ProducesAdminProblems();

    private static async Task<Results<Created<NewWebhookSecret>, ProblemHttpResult>> CreateAsync(
        ApiCaller caller, HttpRequest request, IWebhookStore store, SecretBox box, WebhookAddress addresses,
        TimeProvider time, ILogger<WebhookDispatcher> logger, CancellationToken cancellationToken)
    {
        if (new QueryReader(request).Problem is { } unknown)
            return unknown;
        (byte[] body, ProblemHttpResult? problem) = await RequestBody.ReadAsync(request, cancellationToken);
        if (problem is not null)
            return problem;
        if (RequestBody.Parse<WebhookRequest>(body) is not { } asked)
            return RequestBody.Malformed(Body);
        if (addresses.FaultOf(asked.Url) is { } fault)
            return Wrong("url", $"url {fault}.");
        if (WebhookEvents.Read(asked.Events) is not { } events)
            return Wrong("events", $"events must be one or more of {Names}.");
        if (EnrolmentFields.Label("description", asked.Description, WebhookPolicy.MaxDescription, isOptional: true)
            is { } label)
            return Wrong(label.Field!, label.Sentence);
        DateTimeOffset now = time.GetUtcNow();
        WebhookView webhook = new(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), caller.TenantId, asked.Url, events,
            asked.Description ?? "", WebhookState.Active, caller.Name, now);
        byte[] secret = WebhookSecret.Create();
        if (!await store.AddWebhookAsync(
            webhook, WebhookSecret.Seal(box, webhook.Id, secret, []), cancellationToken))
            return Problems.Of(ProblemCode.TooManyWebhooks, TooMany);
        logger.WebhookChanged(webhook.Id, "Created", caller.Name);
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created(
            AdminEndpoints.Path + Path, new NewWebhookSecret(WebhookSecret.Text(secret), Webhook.Of(webhook, now)));
    }

    private static ProblemHttpResult Wrong(string member, string sentence) =>
        Problems.Of(ProblemCode.InvalidParameter, sentence, ("parameter", member));

    private static async Task<Results<Ok<Page<Webhook>>, ProblemHttpResult>> ListAsync(
        ApiCaller caller, HttpRequest request, IWebhookStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (new QueryReader(request).Problem is { } problem)
            return problem;
        DateTimeOffset now = time.GetUtcNow();
        IReadOnlyList<WebhookView> found = await store.ListWebhooksAsync(caller.TenantId, cancellationToken);
        return TypedResults.Ok(new Page<Webhook>([.. found.Select(webhook => Webhook.Of(webhook, now))], null));
    }

    private static Task<Results<Ok<Webhook>, ProblemHttpResult>> RemoveAsync(
        string webhook, ApiCaller caller, HttpRequest request, IWebhookStore store, TimeProvider time,
        ILogger<WebhookDispatcher> logger, CancellationToken cancellationToken) => ChangeAsync(
        webhook, caller, request, time, logger, "Removed",
        now => store.RemoveWebhookAsync(caller.TenantId, webhook, caller.Name, now, cancellationToken));

    private static async Task<Results<Ok<WebhookTest>, ProblemHttpResult>> TestAsync(
        string webhook, ApiCaller caller, HttpRequest request, IWebhookStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (new QueryReader(request).Problem is { } problem)
            return problem;
        return await store.TestWebhookAsync(caller.TenantId, webhook, time.GetUtcNow(), cancellationToken) switch
        {
            null => Problems.Of(ProblemCode.WebhookUnknown, Unknown),
            "" => Problems.Of(ProblemCode.Busy, "As many deliveries as allowed wait for this webhook already."),
            { } message => TypedResults.Ok(new WebhookTest(message)),
        };
    }

    private static async Task<Results<Ok<NewWebhookSecret>, ProblemHttpResult>> RotateAsync(
        string webhook, ApiCaller caller, HttpRequest request, IWebhookStore store, SecretBox box, TimeProvider time,
        ILogger<WebhookDispatcher> logger, CancellationToken cancellationToken)
    {
        if (new QueryReader(request).Problem is { } problem)
            return problem;
        DateTimeOffset now = time.GetUtcNow();
        byte[]? old = await store.FindWebhookSecretAsync(caller.TenantId, webhook, cancellationToken);
        if (old is null)
            return Problems.Of(ProblemCode.WebhookUnknown, Unknown);

        // A secret that does not open any more is replaced all the same: that is what mends it.
        byte[] before = box.TryOpen(WebhookSecret.Purpose(webhook), old, out byte[]? opened)
            ? opened[..WebhookPolicy.SecretBytes]
            : [];
        byte[] secret = WebhookSecret.Create();
        WebhookView? rotated = await store.RotateWebhookAsync(
            caller.TenantId, webhook, old, WebhookSecret.Seal(box, webhook, secret, before),
            now + WebhookPolicy.SecretOverlap, caller.Name, now, cancellationToken);
        if (rotated is null)
            return Problems.Of(ProblemCode.Busy, "Somebody else changed this secret at the same moment.");
        logger.WebhookChanged(webhook, "Rotated", caller.Name);
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new NewWebhookSecret(WebhookSecret.Text(secret), Webhook.Of(rotated, now)));
    }

    private static async Task<Results<Ok<Page<WebhookDelivery>>, ProblemHttpResult>> DeliveriesAsync(
        string webhook, ApiCaller caller, HttpRequest request, IWebhookStore store,
        CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        int limit = query.Number(QueryParameters.Limit);
        if (query.Problem is not null)
            return query.Problem;
        IReadOnlyList<WebhookView> webhooks = await store.ListWebhooksAsync(caller.TenantId, cancellationToken);
        if (webhooks.All(one => one.Id != webhook))
            return Problems.Of(ProblemCode.WebhookUnknown, Unknown);
        IReadOnlyList<DeliveryView> found =
            await store.ListDeliveriesAsync(caller.TenantId, webhook, limit, cancellationToken);
        return TypedResults.Ok(new Page<WebhookDelivery>([.. found.Select(WebhookDelivery.Of)], null));
    }

    private static async Task<Results<Ok<Webhook>, ProblemHttpResult>> ChangeAsync(
        string webhook, ApiCaller caller, HttpRequest request, TimeProvider time, ILogger logger, string change,
        Func<DateTimeOffset, Task<WebhookView?>> run)
    {
        if (new QueryReader(request).Problem is { } problem)
            return problem;
        DateTimeOffset now = time.GetUtcNow();
        if (await run(now) is not { } changed)
            return Problems.Of(ProblemCode.WebhookUnknown, Unknown);
        logger.WebhookChanged(changed.Id, change, caller.Name);
        return TypedResults.Ok(Webhook.Of(changed, now));
    }
}
