namespace LumenLink.Cli.Beacon;

/// <summary>Why a beacon could not be asked; the message says what to do, and never repeats a secret.</summary>
/// <param name="message">One sentence.</param>
/// <param name="isInput">True if what was typed is wrong; else the service or the way to it refused.</param>
internal sealed class BeaconException(string message, bool isInput) : Exception(message)
{
    /// <summary>True if what was typed is wrong.</summary>
    public bool IsInput => isInput;
}
