using System.Security.Cryptography;
using System.Text;
using LumenLink.Cli.Authority;

namespace LumenLink.Cli.Provisioning;

/// <summary>Public keys of P-256 as people give them.</summary>
internal static class PublicKeyText
{
    private const int KeyBytes = 2 * P256Keys.CoordinateBytes;
    private const int MaxFileBytes = 64 << 10;

    /// <summary>A public key in hex or base64, or a file of one: 64 bytes, or PEM. Private keys are refused.</summary>
    /// <param name="option">The option that took it, for the problem.</param>
    /// <param name="text">What was typed.</param>
    /// <param name="problem">What is wrong; empty when nothing is.</param>
    /// <returns>X || Y, a point of the curve; null when it is none.</returns>
    public static byte[]? Read(string option, string text, out string problem)
    {
        if (text.Length == 2 * KeyBytes && text.All(char.IsAsciiHexDigit))
            return Checked(option, Convert.FromHexString(text), out problem);
        byte[] decoded = new byte[KeyBytes];
        if (Convert.TryFromBase64String(text, decoded, out int count) && count == KeyBytes)
            return Checked(option, decoded, out problem);
        byte[] content;
        try
        {
            content = new FileInfo(text).Length <= MaxFileBytes ? File.ReadAllBytes(text) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = $"{option}: \"{text}\" is neither {2 * KeyBytes} hex digits nor a file that can be read.";
            return null;
        }

        return content.Length == KeyBytes
            ? Checked(option, content, out problem)
            : FromPem(option, Encoding.ASCII.GetString(content), out problem);
    }

    private static byte[]? FromPem(string option, string pem, out string problem)
    {
        problem = pem.Contains("PRIVATE KEY", StringComparison.Ordinal)
            ? $"{option}: this is a private key. It must not leave where it was made; give the public one."
            : $"{option}: the file holds no public key of the curve P-256: 64 bytes, or PEM.";
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
            return null;
        try
        {
            using ECDsa key = ECDsa.Create();
            key.ImportFromPem(pem);
            if (P256Keys.ToBytes(key) is not { } bytes)
                return null;
            problem = "";
            return bytes;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static byte[]? Checked(string option, byte[] bytes, out string problem)
    {
        problem = "";
        try
        {
            P256Keys.FromBytes(bytes).Dispose();
            return bytes;
        }
        catch (CryptographicException)
        {
            problem = $"{option}: these 64 bytes are no public key of the curve P-256.";
            return null;
        }
    }
}
