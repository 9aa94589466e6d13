using System.Security.Cryptography;
using System.Text;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Webhooks;

/// <summary>
/// Secrets of webhooks and what is signed with them: Standard Webhooks 1.0.0, "Signature scheme" and "Webhook headers"
/// (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md), symmetric.
/// </summary>
internal static class WebhookSecret
{
    /// <summary>What a secret begins with as it is told.</summary>
    public const string Prefix = "whsec_";

    /// <summary>Names what a box is for.</summary>
    public static string Purpose(string webhookId) => $"webhook secret {webhookId}";

    /// <summary>A new secret.</summary>
    public static byte[] Create() => RandomNumberGenerator.GetBytes(WebhookPolicy.SecretBytes);

    /// <summary>A secret as it is told.</summary>
    public static string Text(ReadOnlySpan<byte> secret) => Prefix + Convert.ToBase64String(secret);

    /// <summary>Seals a secret, and the one before behind it.</summary>
    /// <param name="box">The master key.</param>
    /// <param name="webhookId">Whose.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="previous">The one before; empty without one.</param>
    public static byte[] Seal(
        SecretBox box, string webhookId, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> previous)
    {
        byte[] both = [.. secret, .. previous];
        byte[] sealedSecrets = box.Seal(Purpose(webhookId), both);
        CryptographicOperations.ZeroMemory(both);
        return sealedSecrets;
    }

    /// <summary>webhook-signature: each secret's, separated by blanks.</summary>
    /// <param name="secrets">One or two secrets, one behind the other.</param>
    /// <param name="messageId">webhook-id.</param>
    /// <param name="timestamp">webhook-timestamp, unix seconds.</param>
    /// <param name="payload">The body as it is sent.</param>
    public static string Sign(ReadOnlySpan<byte> secrets, string messageId, long timestamp, string payload)
    {
        byte[] signed = Encoding.UTF8.GetBytes(FormattableString.Invariant($"{messageId}.{timestamp}.{payload}"));
        StringBuilder text = new();
        for (int at = 0; at < secrets.Length; at += WebhookPolicy.SecretBytes)
        {
            byte[] code = HMACSHA256.HashData(secrets.Slice(at, WebhookPolicy.SecretBytes), signed);
            text.Append(at == 0 ? "v1," : " v1,").Append(Convert.ToBase64String(code));
        }

        return text.ToString();
    }
}
