using LumenLink.Simulator;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>The world's time as the service sees it. Timers run on real time.</summary>
internal sealed class WorldTime(SimWorld world) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.FromUnixTimeMilliseconds(world.UtcEpochMs + world.NowMs);
}
