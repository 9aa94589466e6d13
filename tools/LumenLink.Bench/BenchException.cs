namespace LumenLink.Bench;

/// <summary>A benchmark that cannot go on: one sentence for people.</summary>
internal sealed class BenchException(string message) : Exception(message);
