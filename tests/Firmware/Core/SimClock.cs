using LumenLink.Beacon.Time;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>Virtual time that only the test moves; device code's own waits move it, too.</summary>
internal sealed class SimClock : BoardClock
{
    private long now;
    private long? utcEpoch;

    public override long NowMs => now;

    public override long LinkMs => now;

    public override bool IsUtcSet => utcEpoch is not null;

    public override long UtcEpochMs => utcEpoch ?? 0;

    public override void SetUtc(long unixMs) => utcEpoch = unixMs - now;

    public override void Pause(int durationMs) => now += durationMs;

    /// <summary>As after a power loss: nobody has said the time yet.</summary>
    internal void ForgetUtc() => utcEpoch = null;

    internal void Advance(long ms) => now += ms;
}
