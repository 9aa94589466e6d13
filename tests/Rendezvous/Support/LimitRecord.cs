using System.Collections.Concurrent;
using LumenLink.Rendezvous.Limits;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>Keeps every verdict of the limits of a client, on however many replicas.</summary>
internal sealed class LimitRecord : ILimitObserver
{
    private readonly ConcurrentQueue<(string Client, LimitVerdict Verdict)> verdicts = new();

    public void Judged(string client, LimitVerdict verdict) => verdicts.Enqueue((client, verdict));

    /// <summary>
    /// Those of a client, in the order in which they were come to: by their time, at one time as the rule goes.
    /// </summary>
    public LimitVerdict[] Of(string client) =>
    [
        .. verdicts.Where(one => one.Client == client).Select(one => one.Verdict)
            .OrderBy(one => one.Decision.NowUs).ThenBy(one => one.Decision.FullAtUs)
            .ThenByDescending(one => one.Decision.IsAllowed),
    ];
}
