using System.Buffers.Binary;
using System.Security.Cryptography;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Resolve;

/// <summary>
/// Makes identifiers as Google's specification of Eddystone-EID has them: AES-128 of the clock's upper half under the
/// identity key is a temporary key, and AES-128 of the clock without its lowest K bits under that is the identifier.
/// Not for two threads at a time.
/// </summary>
internal sealed class EidMaker : IDisposable
{
    private const byte Salt = 0xFF;
    private const int SaltAt = 11;
    private const int ClockAt = 12;
    private const int UpperAt = 14;
    private const int UpperBits = 16;

    private readonly Aes identity = Aes.Create();
    private readonly Aes temporary = Aes.Create();
    private readonly byte[] keys = new byte[2 * WireSizes.Aes];
    private byte[] blocks = new byte[ResolvePolicy.Periods * WireSizes.Aes];

    /// <summary>Makes the identifiers of successive periods.</summary>
    /// <param name="clock">Whose.</param>
    /// <param name="first">The first period.</param>
    /// <param name="eids">Takes one for each period, the identifier's first byte highest.</param>
    public void Make(in EidClock clock, uint first, Span<ulong> eids)
    {
        for (int done = 0; done < eids.Length;)
        {
            uint upper = (first + (uint)done) << clock.Exponent >> UpperBits;
            int count = 1;
            while (done + count < eids.Length && (first + (uint)(done + count)) << clock.Exponent >> UpperBits == upper)
                count++;
            Make(clock, upper, first + (uint)done, eids.Slice(done, count));
            done += count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(keys);
        identity.Dispose();
        temporary.Dispose();
    }

    private void Make(in EidClock clock, uint upper, uint first, Span<ulong> eids)
    {
        Span<byte> key = keys.AsSpan(0, WireSizes.Aes);
        Span<byte> temporaryKey = keys.AsSpan(WireSizes.Aes);
        Span<byte> block = stackalloc byte[WireSizes.Aes];
        block.Clear();
        block[SaltAt] = Salt;
        BinaryPrimitives.WriteUInt16BigEndian(block[UpperAt..], (ushort)upper);
        BinaryPrimitives.WriteUInt128BigEndian(key, clock.Key);
        identity.SetKey(key);
        identity.EncryptEcb(block, temporaryKey, PaddingMode.None);

        int size = eids.Length * WireSizes.Aes;
        if (blocks.Length < size)
            blocks = new byte[size];
        Span<byte> text = blocks.AsSpan(0, size);
        text.Clear();
        for (int i = 0; i < eids.Length; i++)
        {
            Span<byte> one = text.Slice(i * WireSizes.Aes, WireSizes.Aes);
            one[SaltAt] = clock.Exponent;
            BinaryPrimitives.WriteUInt32BigEndian(one[ClockAt..], (first + (uint)i) << clock.Exponent);
        }

        temporary.SetKey(temporaryKey);
        temporary.EncryptEcb(text, text, PaddingMode.None);
        for (int i = 0; i < eids.Length; i++)
            eids[i] = BinaryPrimitives.ReadUInt64BigEndian(text[(i * WireSizes.Aes)..]);
    }
}
