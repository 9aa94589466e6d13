namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>The 32-byte message that Sign and Verify take from TempKey or the message digest buffer.</summary>
internal static class DigestSource
{
    internal const byte FromMessageDigest = 0x20;

    /// <summary>Takes the message and empties its buffer; false when the buffer holds no data.</summary>
    internal static bool TryTake(ChipCore core, byte mode, out byte[] digest)
    {
        bool fromDigestBuffer = (mode & FromMessageDigest) != 0;
        ReadOnlySpan<byte> source = fromDigestBuffer
            ? core.Ram.MessageDigest
            : core.Ram.TempKey.IsData ? core.Ram.TempKey.Value : default;
        digest = source.IsEmpty ? [] : source[..VolatileMemory.WordSize].ToArray();
        if (fromDigestBuffer) core.Ram.MessageDigest = null;
        else core.Ram.TempKey.Invalidate();
        return digest.Length > 0;
    }
}
