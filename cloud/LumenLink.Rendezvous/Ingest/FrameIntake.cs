using System.Diagnostics;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>The way that a frame came; its answer goes back by the same.</summary>
public enum FrameDoor
{
    /// <summary>A publish to the broker.</summary>
    Mqtt,

    /// <summary>A post.</summary>
    Http,

    /// <summary>
    /// A publish to a broker beside the service: its topic claims a beacon, and nobody has checked that.
    /// </summary>
    SharedMqtt,
}

/// <summary>What follows from the way.</summary>
internal static class FrameDoors
{
    /// <summary>True if whose the frame is was checked by a token.</summary>
    public static bool IsAuthenticated(this FrameDoor door) => door != FrameDoor.SharedMqtt;

    /// <summary>True if what goes down without having been asked for goes by MQTT.</summary>
    public static bool IsBroker(this FrameDoor door) => door != FrameDoor.Http;
}

/// <summary>Who sends a frame, as far as its transport knows.</summary>
/// <param name="Beacon">The beacon, authenticated or claimed; null when nothing names one.</param>
/// <param name="IsAuthenticated">True if a token proved it.</param>
internal readonly record struct FrameSender(BeaconId? Beacon, bool IsAuthenticated);

/// <summary>
/// What broker and HTTP do with a frame, once they know whose it is: the answer is waited for,
/// boundedly, and delivered whenever it comes.
/// </summary>
internal sealed class FrameIntake(IFrameHandler frames, LumenMetrics metrics, LumenTraces traces, TimeProvider time)
{
    /// <summary>Hands a frame to the pipeline. Never throws.</summary>
    /// <param name="beacon">The authenticated sender.</param>
    /// <param name="frame">The whole frame; the intake's from now on.</param>
    /// <param name="door">The way that it came.</param>
    /// <param name="deliver">
    /// Takes the answer, once, whatever it is: before the returned task completes, or after it when it took too long.
    /// </param>
    /// <param name="within">How long the outcome is waited for.</param>
    /// <returns>
    /// What became of the frame; null when that is not known in time. It is handled on then, and its answer follows.
    /// </returns>
    public async Task<IngestOutcome?> TakeAsync(
        BeaconId beacon, byte[] frame, FrameDoor door, Func<FrameAnswer, Task> deliver, TimeSpan within)
    {
        using Activity? span = traces.StartReceive(beacon, frame.Length, door);
        Task<IngestOutcome> handling = HandleAsync(beacon, frame, door, deliver);
        if (!handling.IsCompleted)
        {
            // No exception: a beacon that sends without pause has used its time up, and each of its frames comes here.
            Task waiting = handling.WaitAsync(within, time);
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return handling.IsCompleted ? LumenTraces.Mark(span, await handling) : null;
    }

    private async Task<IngestOutcome> HandleAsync(
        BeaconId beacon, byte[] frame, FrameDoor door, Func<FrameAnswer, Task> deliver)
    {
        FrameAnswer answer;
        try
        {
            answer = await frames.HandleAsync(beacon, frame, door, CancellationToken.None);
        }
        catch (Exception)
        {
            metrics.Frames(IngestOutcome.Fault).Inc();
            answer = FrameAnswer.Of(IngestOutcome.Fault);
        }

        try
        {
            using Activity? span = traces.StartPart(LumenTraces.Receipt);
            await deliver(answer);
            return answer.Outcome;
        }
        catch (Exception)
        {
            metrics.Frames(IngestOutcome.Fault).Inc();
            return IngestOutcome.Fault;
        }
    }
}
