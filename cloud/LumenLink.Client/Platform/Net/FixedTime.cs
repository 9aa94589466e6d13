using System.Security.Cryptography;

namespace LumenLink.Client;

/// <summary>Compares in a time that tells nothing of where two differ.</summary>
internal static class FixedTime
{
    public static bool AreEqual(byte[] left, byte[] right) => CryptographicOperations.FixedTimeEquals(left, right);
}
