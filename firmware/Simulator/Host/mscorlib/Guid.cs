extern alias net;

using LumenLink.Simulator;
using NetGuid = net::System.Guid;

namespace System;

/// <summary>An identifier of 128 bits; new ones come from the board's random numbers.</summary>
public struct Guid
{
    public static readonly Guid Empty;

    private readonly NetGuid _value;

    public Guid(int a, short b, short c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k) =>
        _value = new NetGuid(a, b, c, d, e, f, g, h, i, j, k);

    public Guid(uint a, ushort b, ushort c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k) =>
        _value = new NetGuid(a, b, c, d, e, f, g, h, i, j, k);

    public Guid(byte[] b) => _value = new NetGuid(b);

    public Guid(string g) => _value = new NetGuid(g);

    public static Guid NewGuid()
    {
        byte[] bytes = new byte[16];
        Strand.HostCall().Run.Random.Fill(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes);
    }

    public byte[] ToByteArray() => _value.ToByteArray();

    public override string ToString() => _value.ToString();

    public override bool Equals(object? o) => o is Guid other && other._value == _value;

    public override int GetHashCode() => _value.GetHashCode();
}
