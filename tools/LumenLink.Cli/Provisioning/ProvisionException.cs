namespace LumenLink.Cli.Provisioning;

/// <summary>
/// Input that no beacon can be provisioned with; the message says what to do, and never repeats a secret.
/// </summary>
internal sealed class ProvisionException(string message) : Exception(message);
