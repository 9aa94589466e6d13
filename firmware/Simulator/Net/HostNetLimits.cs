namespace LumenLink.Simulator;

/// <summary>
/// Times of the board's network stack, in one place, whatever protocol is above it. They are wall time, never scaled,
/// unless it says otherwise.
/// </summary>
internal static class HostNetLimits
{
    /// <summary>
    /// When a connection is given up that nothing answers: the stock images repeat a SYN four times, 1.5 s apart.
    /// </summary>
    public const int SynMs = 6500;

    /// <summary>Longest connecting, TLS included, to a network that answers.</summary>
    public const int OpenMs = 30_000;

    /// <summary>When a name is given up that no server answers for, board milliseconds.</summary>
    public const int NameMs = 5000;

    /// <summary>
    /// How long a virtual clock stands still for one answer of a server unless the world says otherwise, wall time;
    /// after that the protocol's own time limits run out in virtual time.
    /// </summary>
    public const int AnswerPatienceMs = 10_000;
}
