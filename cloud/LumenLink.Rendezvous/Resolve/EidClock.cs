using System.Buffers.Binary;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Resolve;

/// <summary>What the identifiers of a beacon follow from (Eddystone-EID): its secret and its clock.</summary>
/// <param name="Key">Identity key, its first byte highest.</param>
/// <param name="Exponent">K: a period has 2^K seconds, 0 to 15.</param>
/// <param name="OffsetS">Seconds that its identifier clock is ahead of unix time, modulo 2^32.</param>
internal readonly record struct EidClock(UInt128 Key, byte Exponent, uint OffsetS)
{
    /// <summary>Highest exponent of the specification.</summary>
    public const byte MaxExponent = 15;

    /// <summary>Reads key 16, exponent u8, offset u32; null for anything else.</summary>
    public static EidClock? Read(ReadOnlySpan<byte> secret) =>
        secret.Length != WrappedSecret.EidKeySize || secret[WireSizes.Aes] > MaxExponent
            ? null
            : new EidClock(
                BinaryPrimitives.ReadUInt128BigEndian(secret), secret[WireSizes.Aes],
                BinaryPrimitives.ReadUInt32LittleEndian(secret[(WireSizes.Aes + 1)..]));

    /// <summary>The period of a time.</summary>
    /// <param name="unixS">Seconds since 1970.</param>
    public uint PeriodAt(long unixS) => (uint)(unixS + OffsetS) >> Exponent;

    /// <summary>Prints nothing of the key.</summary>
    public override string ToString() => $"2^{Exponent} s + {OffsetS} s";
}
