using System.Security.Cryptography;
using System.Text;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>Boxes of version 1 (version u8, nonce 12, tag 16, ciphertext; AES-256-GCM, purpose associated).</summary>
internal static class OldBoxes
{
    public static byte[] Seal(byte[] key, string purpose, byte[] plain)
    {
        byte[] box = new byte[29 + plain.Length];
        box[0] = 1;
        RandomNumberGenerator.Fill(box.AsSpan(1, 12));
        using AesGcm aes = new(key, 16);
        aes.Encrypt(
            box.AsSpan(1, 12), plain, box.AsSpan(29), box.AsSpan(13, 16), Encoding.UTF8.GetBytes(purpose));
        return box;
    }
}
