namespace LumenLink.Beacon.Time
{
    /// <summary>The one way in which device code reads time and waits.</summary>
    public abstract class BoardClock
    {
        /// <summary>Milliseconds since boot, for capture, radio and chip; never goes back.</summary>
        public abstract long NowMs { get; }

        /// <summary>Milliseconds since boot, for time-outs agreed with the service; never goes back. The same counter
        /// on a board; a simulator may run <see cref="NowMs"/> faster.</summary>
        public abstract long LinkMs { get; }

        /// <summary>True once the time of day is known.</summary>
        public abstract bool IsUtcSet { get; }

        /// <summary>Milliseconds since 1970-01-01 UTC at tick 0 of <see cref="NowMs"/>; 0 while the time of day is not
        /// known.</summary>
        public abstract long UtcEpochMs { get; }

        /// <summary>Sets the time of day, for when no time service was reached.</summary>
        /// <param name="unixMs">The time now, milliseconds since 1970-01-01 UTC.</param>
        public abstract void SetUtc(long unixMs);

        /// <summary>
        /// Waits, at least as long as it says: a short blocking wait such as between polls of a chip.
        /// </summary>
        /// <param name="durationMs">Milliseconds, at least 0.</param>
        public abstract void Pause(int durationMs);
    }
}
