namespace LumenLink.Simulator.Fleet;

/// <summary>What the fleet process was asked for.</summary>
/// <param name="Data">The run folder: boards, enrolments.</param>
/// <param name="Boards">Names of the boards to power on, in the trace's words.</param>
/// <param name="Trace">Trace to replay, or null for the synthetic crowd.</param>
/// <param name="Speed">Board seconds per second.</param>
/// <param name="Report">Where the fleet's report goes.</param>
/// <param name="Supervised">
/// Stops when standard input says "stop" or ends; ignores Ctrl-C, which is the supervisor's.
/// </param>
/// <param name="RealMain">Name of a further board that runs Program.Main on real threads, or null.</param>
/// <param name="Seed">Equal seeds give equal crowds.</param>
/// <param name="Trusted">The certificate bundle of the boards' configuration partition, PEM; null: none.</param>
/// <param name="KeepsBooks">Whether what leaves the boards' queues is written down.</param>
internal sealed record FleetOptions(
    string Data, IReadOnlyList<string> Boards, string? Trace, double Speed, string Report,
    bool Supervised, string? RealMain,
    ulong Seed, string? Trusted, bool KeepsBooks)
{
    public string BoardFolder(string board) => Path.Combine(Data, "boards", board);

    public string Chip(string board) => Path.Combine(BoardFolder(board), "chip.bin");

    public string Flash(string board) => Path.Combine(BoardFolder(board), "flash");

    public string Identity(string board) => Path.Combine(Flash(board), "identity");

    /// <summary>Takes what left the board's queue (<see cref="QueueBooks"/>).</summary>
    public string Books(string board) => Path.Combine(BoardFolder(board), "books");

    public string Enrolment(string board) => Path.Combine(Data, "enrolments", board + ".json");
}
