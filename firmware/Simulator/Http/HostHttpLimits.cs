namespace LumenLink.Simulator;

/// <summary>Times and sizes of the HTTP client, in one place. Times are protocol time, never scaled.</summary>
internal static class HostHttpLimits
{
    /// <summary>How long a request waits for its answer's head unless the device says otherwise.</summary>
    public const int AnswerMs = 100_000;

    /// <summary>How long one read or write waits unless the device says otherwise.</summary>
    public const int ReadWriteMs = 300_000;

    /// <summary>Bytes of an answer's status line and headers.</summary>
    public const int HeadBytes = 4096;

    /// <summary>Bytes that are taken in at a time.</summary>
    public const int BufferBytes = 2048;
}
