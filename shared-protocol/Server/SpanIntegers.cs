using System;
using System.Buffers.Binary;

namespace LumenLink.Protocol
{
    /// <summary>Little-endian integers of a span at an offset; the length was checked before.</summary>
    internal static class SpanIntegers
    {
        internal static ushort U16(this ReadOnlySpan<byte> bytes, int at) =>
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

        internal static uint U24(this ReadOnlySpan<byte> bytes, int at) => bytes.U16(at) | ((uint)bytes[at + 2] << 16);

        internal static ulong U40(this ReadOnlySpan<byte> bytes, int at) =>
            bytes.U32(at) | ((ulong)bytes[at + 4] << 32);

        internal static uint U32(this ReadOnlySpan<byte> bytes, int at) =>
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

        internal static ulong U64(this ReadOnlySpan<byte> bytes, int at) =>
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

        internal static long I64(this ReadOnlySpan<byte> bytes, int at) =>
            BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
    }
}
