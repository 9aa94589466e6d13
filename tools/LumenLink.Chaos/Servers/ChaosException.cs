namespace LumenLink.Chaos.Servers;

/// <summary>Something that a person must be told in a sentence; ends the program with status 1.</summary>
/// <param name="message">The sentence.</param>
internal sealed class ChaosException(string message) : Exception(message);
