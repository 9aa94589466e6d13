using System.Runtime.CompilerServices;

namespace LumenLink.Client;

/// <summary>Reads the service's events for ever, over as many connections as that takes.</summary>
internal sealed class Watch(Caller caller, string? lastEventId)
{
    private const string Type = "reconnected";

    /// <summary>A service that asks for more is asked again after so long.</summary>
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    private int failures;

    /// <summary>The events.</summary>
    public async IAsyncEnumerable<BeaconEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TimeSpan first = caller.Options.Retry.FirstWait;
        for (bool isFirst = true; ; isFirst = false)
        {
            EventReader reader = await ConnectAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                if (!isFirst)
                {
                    yield return new BeaconEvent
                    {
                        Kind = BeaconEventKind.Reconnected,
                        Type = Type,
                        Id = lastEventId,
                        At = caller.Options.Time.GetUtcNow(),
                    };
                }

                while (await reader.NextAsync().ConfigureAwait(false) is { } next)
                {
                    failures = 0;
                    lastEventId = next.Id ?? lastEventId;
                    yield return next;
                }

                first = reader.RetryAfter ?? first;
            }

            cancellationToken.ThrowIfCancellationRequested();
            await caller.Waits.PauseAsync(caller.Waits.Jitter(++failures, first), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task<EventReader> ConnectAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan wait;
            try
            {
                return await TryConnectAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (LumenLinkException problem) when (problem.IsTransient)
            {
                TimeSpan asked = problem.RetryAfter ?? TimeSpan.Zero;
                wait = (asked < MaxRetryAfter ? asked : MaxRetryAfter)
                    + caller.Waits.Jitter(++failures, caller.Options.Retry.FirstWait);
            }

            await caller.Waits.PauseAsync(wait, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<EventReader> TryConnectAsync(CancellationToken cancellationToken)
    {
        Deadline silence = new(caller.Options.Time, caller.Options.WatchSilence, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            using HttpRequestMessage request = Caller.Get("stream");
            request.Headers.Accept.ParseAdd("text/event-stream");
            if (lastEventId is not null)
                request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
            response = await caller.OpenAsync(request, silence.Token).ConfigureAwait(false);
            if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
                throw caller.NotUnderstood("it has no stream of events");
            Stream body = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
            return new EventReader(caller, response, body, silence, cancellationToken);
        }
        catch (Exception problem)
        {
            response?.Dispose();
            silence.Dispose();
            if (caller.Unreachable(problem, cancellationToken) is { } away)
                throw away;
            throw;
        }
    }
}
