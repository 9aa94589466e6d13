namespace LumenLink.Simulator;

/// <summary>
/// Seeded preemption of a board: at a call of the host a draw may suspend the strand that makes it, so that others of
/// the board run before it goes on. For virtual worlds.
/// </summary>
/// <param name="Seed">Equal seeds give equal schedules.</param>
/// <param name="ChancePerCall">How likely a call suspends its caller, 0 to 1.</param>
/// <param name="LongestMs">Bound of a suspension, board milliseconds, a power of two; short ones are more
/// frequent.</param>
public sealed record Preemption(ulong Seed, double ChancePerCall = 0.05, int LongestMs = 256);
