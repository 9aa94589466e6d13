namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>Service time that stands still until it is moved. Timers run on real time.</summary>
public class ManualTime : TimeProvider
{
    private DateTimeOffset now = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now => GetUtcNow();

    public virtual void Advance(TimeSpan by) => now += by;

    public override DateTimeOffset GetUtcNow() => now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;
}
