namespace LumenLink.Beacon
{
    /// <summary>Where the firmware starts.</summary>
    public static class Program
    {
        /// <summary>Composes the beacon and runs it.</summary>
        public static void Main()
        {
        }
    }
}
