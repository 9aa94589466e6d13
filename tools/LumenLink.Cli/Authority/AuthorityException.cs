namespace LumenLink.Cli.Authority;

/// <summary>
/// Why a certificate authority did not do as it was asked; the message says what to do, and never repeats a secret.
/// </summary>
/// <param name="message">One or two sentences.</param>
/// <param name="isInput">What was asked cannot be; else files, token or passphrase did not let it be done.</param>
internal sealed class AuthorityException(string message, bool isInput = true) : Exception(message)
{
    /// <summary>Exit status: 2 for bad input, 1 for what could not be done.</summary>
    public int Status { get; } = isInput ? 2 : 1;
}
