namespace LumenLink.Load;

/// <summary>Load cannot be made; the message says why, to people.</summary>
internal sealed class LoadException(string message) : Exception(message);
