using LumenLink.Beacon.Time;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>Virtual time: it moves when device code waits, or when a test moves it.</summary>
internal sealed class TestClock : BoardClock
{
    internal long NowUs { get; private set; } = 1_000_000;

    internal long PausedMs { get; private set; }

    public override long NowMs => NowUs / 1_000;

    public override long LinkMs => NowMs;

    public override bool IsUtcSet => UtcEpoch is not null;

    public override long UtcEpochMs => UtcEpoch ?? 0;

    private long? UtcEpoch { get; set; }

    public override void SetUtc(long unixMs) => UtcEpoch = unixMs - NowMs;

    public override void Pause(int durationMs)
    {
        PausedMs += durationMs;
        AdvanceUs(durationMs * 1_000L);
    }

    internal void AdvanceUs(long us) => NowUs += us;
}
