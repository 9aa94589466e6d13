namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// Pauses between attempts at something that gives no event when it is well again, each twice the last.
/// </summary>
/// <param name="first">The first pause.</param>
/// <param name="longest">No pause is longer.</param>
/// <param name="isJittered">Waits a random half to whole of each, so that many do not come back at once.</param>
/// <param name="time">What is waited by.</param>
internal sealed class BackOff(TimeSpan first, TimeSpan longest, bool isJittered, TimeProvider time)
{
    private TimeSpan? planned;

    /// <summary>It went well: the next pause is the first again.</summary>
    public void Reset() => planned = null;

    /// <summary>Waits for the next pause.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan next = planned ?? first;
        TimeSpan pause = isJittered ? next * (0.5 + (Random.Shared.NextDouble() / 2)) : next;
        planned = next * 2 < longest ? next * 2 : longest;
        return Task.Delay(pause, time, cancellationToken);
    }
}
