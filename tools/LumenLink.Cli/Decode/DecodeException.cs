namespace LumenLink.Cli.Decode;

/// <summary>Input that holds no frame; the message says what to do.</summary>
internal sealed class DecodeException(string message) : Exception(message);
