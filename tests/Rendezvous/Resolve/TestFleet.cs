using System.Buffers.Binary;
using System.Security.Cryptography;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Resolve;

namespace LumenLink.Tests.Rendezvous.Resolve;

/// <summary>Beacons with identifiers, and their identifiers written down again from the specification.</summary>
internal static class TestFleet
{
    public const byte Exponent = 10;
    public const int Period = 1 << Exponent;

    /// <summary>A beacon with a key and an offset of its own.</summary>
    public static FleetBeacon NewBeacon(ulong id, uint offsetS, int tenantId = 1)
    {
        byte[] secret =
            [.. SHA256.HashData(BitConverter.GetBytes(id))[..16], Exponent, .. BitConverter.GetBytes(offsetS)];
        return new FleetBeacon(new BeaconId(id), tenantId, SecurityLevel.SecureElement, EidClock.Read(secret)!.Value);
    }

    /// <summary>Beacons whose periods begin at all times.</summary>
    public static FleetBeacon[] NewFleet(int count) =>
        [.. Enumerable.Range(1, count).Select(i => NewBeacon((ulong)i, (uint)(i * 7919)))];

    /// <summary>The identifier of a beacon at a time.</summary>
    public static ulong EidAt(FleetBeacon beacon, long unixS) => Eid(beacon, beacon.Clock.PeriodAt(unixS));

    /// <summary>The identifier of a period.</summary>
    public static ulong Eid(FleetBeacon beacon, uint period)
    {
        byte[] key = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(key, beacon.Clock.Key);
        return Eid(key, beacon.Clock.Exponent, period << beacon.Clock.Exponent);
    }

    /// <summary>The two AES inputs of the specification, byte by byte.</summary>
    public static ulong Eid(byte[] key, byte exponent, uint clockS)
    {
        using Aes identity = Aes.Create();
        identity.Key = key;
        using Aes temporary = Aes.Create();
        temporary.Key = identity.EncryptEcb(
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0, 0, (byte)(clockS >> 24), (byte)(clockS >> 16)],
            PaddingMode.None);
        uint masked = clockS & ~((1u << exponent) - 1);
        byte[] identifier = temporary.EncryptEcb(
            [
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, exponent,
                (byte)(masked >> 24), (byte)(masked >> 16), (byte)(masked >> 8), (byte)masked,
            ],
            PaddingMode.None);
        return BinaryPrimitives.ReadUInt64BigEndian(identifier);
    }
}
