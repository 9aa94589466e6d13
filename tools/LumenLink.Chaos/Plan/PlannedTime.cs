namespace LumenLink.Chaos.Plan;

/// <summary>The one place where this program lets time go by on purpose: a fault lasts as long as planned.</summary>
internal static class PlannedTime
{
    /// <summary>Waits.</summary>
    /// <param name="time">How long.</param>
    /// <param name="stop">Ends it early, by an exception.</param>
    public static Task PassAsync(TimeSpan time, CancellationToken stop) =>
        time > TimeSpan.Zero ? Task.Delay(time, stop) : Task.CompletedTask;
}
