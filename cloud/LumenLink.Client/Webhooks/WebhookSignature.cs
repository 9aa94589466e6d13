using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LumenLink.Client;

/// <summary>What the check of a delivery came to.</summary>
public enum WebhookVerdict
{
    /// <summary>It is from whoever has the secret, and of now.</summary>
    Valid,

    /// <summary>A header is missing or is not of its form.</summary>
    HeaderMalformed,

    /// <summary>It was sent too long ago, or is from the future: repeated by somebody, or a clock is wrong.</summary>
    TimestampOutside,

    /// <summary>No signature is of this secret over this id, time and body.</summary>
    SignatureInvalid,
}

/// <summary>
/// The check that a receiver of webhooks makes before it reads a delivery: Standard Webhooks 1.0.0, symmetric
/// (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Verifying signatures").
/// </summary>
public static class WebhookSignature
{
    /// <summary>Name of the header with the id of the event; it is the same at each try.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>Name of the header with the time of the try, unix seconds.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>Name of the header with the signatures.</summary>
    public const string SignatureHeader = "webhook-signature";

    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";

    /// <summary>How far the time of a try may be from the receiver's: five minutes.</summary>
    public static TimeSpan DefaultTolerance { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Checks a delivery. Whether its id was seen before is for the receiver to remember.</summary>
    /// <param name="secret">The secret as the service told it: whsec_ and base64.</param>
    /// <param name="id">The header <see cref="IdHeader"/>; null when it is missing.</param>
    /// <param name="timestamp">The header <see cref="TimestampHeader"/>.</param>
    /// <param name="signatures">The header <see cref="SignatureHeader"/>: several while a secret is changed.</param>
    /// <param name="body">The bytes of the body as they came, before anything parsed them.</param>
    /// <param name="now">The time.</param>
    /// <param name="tolerance">How far the time may be off; null is <see cref="DefaultTolerance"/>.</param>
    /// <returns>What it came to; nothing is thrown for what a sender sent.</returns>
    /// <exception cref="ArgumentException">The secret is not one: that is the receiver's own fault.</exception>
    public static WebhookVerdict Verify(
        string secret, string? id, string? timestamp, string? signatures, byte[] body, DateTimeOffset now,
        TimeSpan? tolerance = null)
    {
        if (body is null)
            throw new ArgumentNullException(nameof(body));
        byte[] key = KeyOf(secret);
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(signatures)
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return WebhookVerdict.HeaderMalformed;
        if ((now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > (tolerance ?? DefaultTolerance))
            return WebhookVerdict.TimestampOutside;
        byte[] head = Encoding.UTF8.GetBytes(id + "." + timestamp + ".");
        byte[] signed = new byte[head.Length + body.Length];
        head.CopyTo(signed, 0);
        body.CopyTo(signed, head.Length);
        using HMACSHA256 code = new(key);
        byte[] expected = Encoding.ASCII.GetBytes(Version + Convert.ToBase64String(code.ComputeHash(signed)));
        bool isAny = false;
        foreach (string given in signatures!.Split(' '))
            isAny |= FixedTime.AreEqual(expected, Encoding.UTF8.GetBytes(given));
        return isAny ? WebhookVerdict.Valid : WebhookVerdict.SignatureInvalid;
    }

    private static byte[] KeyOf(string secret)
    {
        if (secret is null)
            throw new ArgumentNullException(nameof(secret));
        string text = secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            ? secret.Substring(SecretPrefix.Length)
            : secret;
        try
        {
            byte[] key = Convert.FromBase64String(text);
            return key.Length > 0 ? key : throw new FormatException();
        }
        catch (FormatException)
        {
            // The text itself is a secret, so it is not in the message.
            throw new ArgumentException("A secret is whsec_ and base64.", nameof(secret));
        }
    }
}
