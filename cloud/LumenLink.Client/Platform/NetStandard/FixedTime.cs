using System.Runtime.CompilerServices;

namespace LumenLink.Client;

/// <summary>Compares in a time that tells nothing of where two differ.</summary>
internal static class FixedTime
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    public static bool AreEqual(byte[] left, byte[] right)
    {
        if (left.Length != right.Length)
            return false;
        int different = 0;
        for (int i = 0; i < left.Length; i++)
            different |= left[i] ^ right[i];
        return different == 0;
    }
}
