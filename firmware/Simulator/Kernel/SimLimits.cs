namespace LumenLink.Simulator;

/// <summary>The simulator's limits and figures, in one place.</summary>
internal static class SimLimits
{
    /// <summary>Longest single wait for the wall clock; a longer one is renewed.</summary>
    public const double LongestAlarmMs = 24 * 3600 * 1000.0;

    /// <summary>Stack of a device thread, bytes.</summary>
    public const int DeviceThreadStackBytes = 512 * 1024;

    /// <summary>A stopped board's thread that swallows this many refusals to go on is parked for good.</summary>
    public const int StoppedWaitsBeforeParking = 100;

    /// <summary>A loop that is ticked so often without letting time pass hangs, and is ended.</summary>
    public const int TicksWithoutTime = 10_000;

    /// <summary>How often a driven board that is preempted runs the supervisor, board milliseconds.</summary>
    public const int SupervisorMs = 60_000;

    /// <summary>Console lines a board keeps.</summary>
    public const int ConsoleLines = 500;

    /// <summary>From a reboot to the first instruction of the firmware, world milliseconds.</summary>
    public const int RebootMs = 500;

    /// <summary>How long a Wi-Fi scan takes, board milliseconds.</summary>
    public const int WifiScanMs = 6500;

    /// <summary>How long joining a Wi-Fi network takes, board milliseconds.</summary>
    public const int WifiJoinMs = 2000;

    /// <summary>How long a time server takes to answer, board milliseconds.</summary>
    public const int SntpAnswerMs = 200;

    /// <summary>How often the time service asks, board milliseconds.</summary>
    public const int SntpPeriodMs = 3600 * 1000;

    /// <summary>How soon it asks again without an answer, board milliseconds.</summary>
    public const int SntpRetryMs = 15 * 1000;

    /// <summary>Largest advertisement, and largest scan response, bytes.</summary>
    public const int AdvertisementBytes = 31;

    /// <summary>Packet size of a BLE connection before the two sides agree on another, bytes.</summary>
    public const int AttMtu = 23;

    /// <summary>Largest packet that the board's stack agrees to, bytes.</summary>
    public const int AttMtuPreferred = 256;

    /// <summary>Bytes of a packet that are no value: operation and handle.</summary>
    public const int AttHeader = 3;

    /// <summary>From one exchange on a BLE connection to the next, world milliseconds.</summary>
    public const int ConnectionIntervalMs = 30;

    /// <summary>Longest line of a client's protocol, characters.</summary>
    public const int PortLineCharacters = 8192;

    /// <summary>Longest path on a board's flash, characters.</summary>
    public const int FlashPathCharacters = 250;

    /// <summary>Longest line of a trace, characters.</summary>
    public const int TraceLineCharacters = 4096;

    /// <summary>Most lines of a trace.</summary>
    public const int TraceLines = 20_000_000;
}
