namespace LumenLink.Simulator;

/// <summary>Thrown out of a host call when the board was powered off: unwinds what still runs on it.</summary>
internal sealed class BoardStoppedException() : Exception("The board has no power.");
