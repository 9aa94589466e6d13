namespace LumenLink.Cli.Release;

/// <summary>What was asked for cannot be done with a release or a policy; the message is for the operator.</summary>
internal sealed class ReleaseException(string message) : Exception(message);
