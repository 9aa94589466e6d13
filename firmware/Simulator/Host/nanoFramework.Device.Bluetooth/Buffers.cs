using System;
using System.Text;

namespace nanoFramework.Device.Bluetooth;

/// <summary>Bytes on their way to or from the radio.</summary>
public class Buffer
{
    public Buffer(uint capacity) => Data = new byte[capacity];

    public Buffer(byte[] array)
    {
        ArgumentNullException.ThrowIfNull(array);
        Data = array;
        Length = (uint)array.Length;
    }

    public uint Capacity => (uint)Data.Length;

    public uint Length { get; set; }

    internal byte[] Data { get; private set; }

    public void EnsureCapacity(uint newCapacity)
    {
        if (newCapacity <= Capacity) return;
        byte[] larger = new byte[newCapacity];
        Array.Copy(Data, larger, Data.Length);
        Data = larger;
    }

    internal byte[] ToArray() => Data[..(int)Length];
}

/// <summary>Reads little-endian values from a buffer.</summary>
public class DataReader
{
    private readonly Buffer _buffer;
    private int _position;

    private DataReader(Buffer buffer) => _buffer = buffer;

    public uint UnconsumedBufferLength => _buffer.Length - (uint)_position;

    public static DataReader FromBuffer(Buffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return new DataReader(buffer);
    }

    public Buffer ReadBuffer(uint length) => new(Take((int)length).ToArray());

    public byte ReadByte() => Take(1)[0];

    public void ReadBytes(byte[] value) => Take(value.Length).CopyTo(value);

    public short ReadInt16() => BitConverter.ToInt16(Take(sizeof(short)));

    public int ReadInt32() => BitConverter.ToInt32(Take(sizeof(int)));

    public long ReadInt64() => BitConverter.ToInt64(Take(sizeof(long)));

    public string ReadString(uint codeUnitCount) => Encoding.UTF8.GetString(Take((int)codeUnitCount));

    public ushort ReadUInt16() => BitConverter.ToUInt16(Take(sizeof(ushort)));

    public uint ReadUInt32() => BitConverter.ToUInt32(Take(sizeof(uint)));

    public ulong ReadUInt64() => BitConverter.ToUInt64(Take(sizeof(ulong)));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > UnconsumedBufferLength) throw new ArgumentOutOfRangeException();
        _position += count;
        return _buffer.Data.AsSpan(_position - count, count);
    }
}

/// <summary>Writes little-endian values into a buffer that grows.</summary>
public class DataWriter : Buffer
{
    private const int FirstCapacity = 32;

    public DataWriter()
        : base(FirstCapacity)
    {
    }

    public void WriteBuffer(Buffer buffer) => WriteBuffer(buffer, 0, buffer.Length);

    public void WriteBuffer(Buffer buffer, uint start, uint count) =>
        Write(buffer.Data.AsSpan((int)start, (int)count));

    public void WriteByte(byte value) => Write([value]);

    public void WriteBytes(byte[] value) => Write(value);

    public void WriteInt16(short value) => Write(BitConverter.GetBytes(value));

    public void WriteInt32(int value) => Write(BitConverter.GetBytes(value));

    public void WriteInt64(long value) => Write(BitConverter.GetBytes(value));

    public uint WriteString(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Write(bytes);
        return (uint)bytes.Length;
    }

    public void WriteUInt16(ushort value) => Write(BitConverter.GetBytes(value));

    public void WriteUInt32(uint value) => Write(BitConverter.GetBytes(value));

    public void WriteUInt64(ulong value) => Write(BitConverter.GetBytes(value));

    public Buffer DetachBuffer()
    {
        Buffer detached = new(ToArray());
        Length = 0;
        return detached;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        uint end = Length + (uint)bytes.Length;
        if (end > Capacity) EnsureCapacity(Math.Max(end, Capacity * 2));
        bytes.CopyTo(Data.AsSpan((int)Length));
        Length = end;
    }
}
