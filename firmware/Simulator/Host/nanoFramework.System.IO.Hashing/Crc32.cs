using LumenLink.Simulator;

namespace System.IO.Hashing;

/// <summary>CRC-32 as in IEEE 802.3.</summary>
public class Crc32
{
    private uint _register = uint.MaxValue;

    public static uint HashToUInt32(SpanByte source) => ~HostCrypto.Crc32(uint.MaxValue, source.ToArray());

    public void Append(SpanByte source) => Append(source.ToArray());

    public void Append(byte[] source) => _register = HostCrypto.Crc32(_register, source);

    public void Append(byte value) => Append([value]);

    public void Reset() => _register = uint.MaxValue;

    public uint GetCurrentHashAsUInt32() => ~_register;
}
