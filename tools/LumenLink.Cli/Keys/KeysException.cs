namespace LumenLink.Cli.Keys;

/// <summary>What was asked for cannot be done with the keys; the message is for the operator.</summary>
internal sealed class KeysException(string message) : Exception(message);
