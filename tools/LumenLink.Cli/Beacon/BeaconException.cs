namespace LumenLink.Cli.Beacon;

/// <summary>
/// Why the service was not asked, or refused; the message says what to do, and never repeats a secret.
/// </summary>
/// <param name="message">One sentence.</param>
/// <param name="isInput">True if what was typed is wrong; else the service or the way to it refused.</param>
/// <param name="code">The code of the service's problem; null when it did not answer with one.</param>
/// <param name="isOfThisCall">The service refused what was asked; the next call may go well.</param>
internal sealed class BeaconException(string message, bool isInput, string? code = null, bool isOfThisCall = false)
    : Exception(message)
{
    /// <summary>The code of the service's problem, or null.</summary>
    public string? Code => code;

    /// <summary>True if the service refused this call for what is in it.</summary>
    public bool IsOfThisCall => isOfThisCall;

    /// <summary>True if what was typed is wrong.</summary>
    public bool IsInput => isInput;
}
