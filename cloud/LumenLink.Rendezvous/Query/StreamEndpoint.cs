using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Store;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace LumenLink.Rendezvous.Query;

/// <summary>What happens now, as server-sent events. Readers that fall behind lose the oldest events.</summary>
internal sealed class StreamEndpoint(
    ILiveFeed feed, KeyBook keys, TimeProvider time, IHostApplicationLifetime lifetime,
    IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json)
{
    /// <summary>What a reader that connects again sends (HTML, "Server-sent events").</summary>
    public const string LastEventHeader = "Last-Event-ID";

    private int open;

    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/stream", (HttpContext context, ApiCaller caller, StreamEndpoint stream) =>
            stream.RunAsync(context, caller))
        .Requires(Scope.Read)
        .WithName("stream").WithTags("Sightings").WithSummary("What happens now, as server-sent events")
        .WithDescription(
            "Events: sightings (a beacon's sightings were stored; newest has the last few), attestation (a verdict), "
            + "connection_refused, alarm (one was opened), of all replicas. Ids rise. Who connects again with "
            + "Last-Event-ID, at any replica, gets what followed, as long as it is held; where events are missing, or "
            + "may be, stands the event gap with its reason: read /sightings. A comment line comes when nothing "
            + "happens for a while.")
        .WithParameters()
        .WithExample(Examples.Stream, "text/event-stream")
        .Produces<string>(200, "text/event-stream")
        .ProducesProblem(400).ProducesProblem(503);

    private async Task<IResult> RunAsync(HttpContext context, ApiCaller caller)
    {
        if (new QueryReader(context.Request).Problem is { } problem)
            return problem;
        if (Interlocked.Increment(ref open) > ApiLimits.MaxStreams)
        {
            Interlocked.Decrement(ref open);
            context.Response.Headers.RetryAfter = $"{Problems.RetryAfterSeconds}";
            return Problems.Of(
                ProblemCode.TooManyStreams, $"At most {ApiLimits.MaxStreams} streams are open at a time.");
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await WriteAsync(context.Response, caller, LastOf(context.Request), ending);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader went or the service stops: the response ends here, whole.
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }

        return Results.Empty;
    }

    /// <summary>What the reader had last; an id that is none of ours is one that is not held.</summary>
    private static LiveEventId? LastOf(HttpRequest request) =>
        request.Headers.TryGetValue(LastEventHeader, out StringValues last)
            ? LiveEventId.TryParse(last, out LiveEventId id) ? id : default(LiveEventId)
            : null;

    private async Task WriteAsync(
        HttpResponse response, ApiCaller caller, LiveEventId? after, CancellationTokenSource ending)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        await using IAsyncEnumerator<LiveEvent> events =
            feed.Subscribe(after, ending.Token).GetAsyncEnumerator(CancellationToken.None);
        Task<bool> next = events.MoveNextAsync().AsTask();
        try
        {
            await SendAsync($"retry: {ApiLimits.StreamRetry.TotalMilliseconds}\n: connected\n\n");
            while (true)
            {
                bool isSilent = await IsSilentAsync(next);
                if (!await MayGoOnAsync(caller, ending.Token))
                    return;
                if (isSilent)
                {
                    await SendAsync(": alive\n\n");
                    continue;
                }

                if (!await next)
                    return;
                if (Describe(events.Current, caller.TenantId) is var (name, data))
                {
                    string id = events.Current.Id is { } held ? $"id: {held}\n" : "";
                    await SendAsync($"{id}event: {name}\ndata: {data}\n\n");
                }

                next = events.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // An enumerator must not be disposed while it is asked.
            await ending.CancelAsync();
            await next.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        async Task SendAsync(string text)
        {
            await response.WriteAsync(text, ending.Token);
            await response.Body.FlushAsync(ending.Token);
        }
    }

    private async Task<bool> IsSilentAsync(Task<bool> next)
    {
        try
        {
            await next.WaitAsync(ApiLimits.KeepAlive, time);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    /// <summary>A stream outlasts its admission: it ends with its key.</summary>
    private async ValueTask<bool> MayGoOnAsync(ApiCaller caller, CancellationToken cancellationToken) =>
        caller.KeyId is not { } key || await keys.JudgeAgainAsync(key, cancellationToken) == AccessOutcome.Admitted;

    /// <summary>
    /// Name and one line of JSON, or null for what the tenant must not see. Of whom nobody knows whose it is, the
    /// tenant that runs the service is told.
    /// </summary>
    private (string Name, string Data)? Describe(LiveEvent liveEvent, int tenantId) => liveEvent switch
    {
        SightingsEvent e when e.TenantId == tenantId => ("sightings", Line(new StreamSightings(
            e.At, e.Beacon.ToString(), e.Count, [.. e.Newest.Select(StreamSighting.Of)]))),
        AttestationEvent e when (e.TenantId ?? AccessPolicy.HostTenant) == tenantId => (
            "attestation", Line(new StreamAttestation(
                e.At, e.Beacon.ToString(), e.Outcome, FleetWords.Meaning(e.Outcome), e.Detail))),
        ConnectionRefusedEvent e when (e.TenantId ?? AccessPolicy.HostTenant) == tenantId => (
            "connection_refused", Line(new StreamRefusal(
                e.At, e.Beacon, e.Outcome, FleetWords.Meaning(e.Outcome)))),
        AlarmEvent e when e.TenantId == tenantId => ("alarm", Line(new StreamAlarm(
            e.At, e.Beacon.ToString(), e.Kind, FleetWords.Meaning(e.Kind), e.Detail))),
        GapEvent e => ("gap", Line(new StreamGap(e.At, e.Reason, FleetWords.Meaning(e.Reason)))),
        _ => null,
    };

    private string Line<T>(T value) => JsonSerializer.Serialize(value, json.Value.SerializerOptions);

    private sealed record StreamSightings(
        DateTimeOffset At, string Beacon, int Count, IReadOnlyList<StreamSighting> Newest);

    private sealed record StreamSighting(
        string Address, DateOnly? PseudonymDay, HeardRadio Radio, int RssiDbm, DateTimeOffset CapturedAt)
    {
        public static StreamSighting Of(SightingEntry entry) => new(
            FleetWords.Address(entry.Address), FleetWords.PseudonymDay(entry.KeyDay),
            FleetWords.Radio(entry.Radio), entry.RssiDbm,
            DateTimeOffset.FromUnixTimeMilliseconds(entry.WindowOpenUnixMs));
    }

    private sealed record StreamAttestation(
        DateTimeOffset At, string Beacon, AttestationOutcome Outcome, string Meaning, string Detail);

    private sealed record StreamAlarm(
        DateTimeOffset At, string Beacon, AlarmKind Kind, string Meaning, string Detail);

    private sealed record StreamGap(DateTimeOffset At, GapReason Reason, string Meaning);

    private sealed record StreamRefusal(DateTimeOffset At, string Beacon, TokenOutcome Outcome, string Meaning);
}
