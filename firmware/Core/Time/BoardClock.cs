namespace LumenLink.Beacon.Core.Time
{
    /// <summary>The one way in which device code reads time and waits.</summary>
    public abstract class BoardClock
    {
        /// <summary>Milliseconds since boot; never goes back.</summary>
        public abstract long NowMs { get; }

        /// <summary>Waits.</summary>
        /// <param name="durationMs">Milliseconds, at least 0.</param>
        public abstract void Wait(int durationMs);
    }
}
