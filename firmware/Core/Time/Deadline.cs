namespace LumenLink.Beacon.Time
{
    /// <summary>Turns points in time into waits.</summary>
    public static class Deadline
    {
        /// <summary>No wait of its own: only an event wakes.</summary>
        public const int Never = int.MaxValue;

        /// <summary>Milliseconds from <paramref name="nowMs"/> to <paramref name="dueMs"/>, at least 0.</summary>
        public static int In(long dueMs, long nowMs)
        {
            long left = dueMs - nowMs;
            return left <= 0 ? 0 : left < Never ? (int)left : Never;
        }

        /// <summary>The shorter of two waits.</summary>
        public static int Sooner(int a, int b)
        {
            return a < b ? a : b;
        }
    }
}
