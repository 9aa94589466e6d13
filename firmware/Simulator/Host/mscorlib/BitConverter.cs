extern alias net;

using NetBitConverter = net::System.BitConverter;

namespace System;

/// <summary>Bytes of numbers, little-endian; IsLittleEndian is a property here.</summary>
public static class BitConverter
{
    public static bool IsLittleEndian => true;

    public static long DoubleToInt64Bits(double value) => NetBitConverter.DoubleToInt64Bits(value);

    public static byte[] GetBytes(bool value) => NetBitConverter.GetBytes(value);

    public static byte[] GetBytes(char value) => NetBitConverter.GetBytes(value);

    public static byte[] GetBytes(double value) => NetBitConverter.GetBytes(value);

    public static byte[] GetBytes(float value) => NetBitConverter.GetBytes(value);

    public static byte[] GetBytes(int value) => NetBitConverter.GetBytes(value);

    public static byte[] GetBytes(long value) => NetBitConverter.GetBytes(value);

    public static byte[] GetBytes(short value) => NetBitConverter.GetBytes(value);

    public static byte[] GetBytes(uint value) => NetBitConverter.GetBytes(value);

    public static byte[] GetBytes(ulong value) => NetBitConverter.GetBytes(value);

    public static byte[] GetBytes(ushort value) => NetBitConverter.GetBytes(value);

    public static double Int64BitsToDouble(long value) => NetBitConverter.Int64BitsToDouble(value);

    public static bool ToBoolean(byte[] value, int startIndex) => NetBitConverter.ToBoolean(value, startIndex);

    public static char ToChar(byte[] value, int startIndex) => NetBitConverter.ToChar(value, startIndex);

    public static double ToDouble(byte[] value, int startIndex) => NetBitConverter.ToDouble(value, startIndex);

    public static short ToInt16(byte[] value, int startIndex) => NetBitConverter.ToInt16(value, startIndex);

    public static int ToInt32(byte[] value, int startIndex) => NetBitConverter.ToInt32(value, startIndex);

    public static long ToInt64(byte[] value, int startIndex) => NetBitConverter.ToInt64(value, startIndex);

    public static float ToSingle(byte[] value, int startIndex) => NetBitConverter.ToSingle(value, startIndex);

    public static string ToString(byte[] value) => NetBitConverter.ToString(value);

    public static string ToString(byte[] value, int startIndex) => NetBitConverter.ToString(value, startIndex);

    public static string ToString(byte[] value, int startIndex, int length) =>
        NetBitConverter.ToString(value, startIndex, length);

    public static ushort ToUInt16(byte[] value, int startIndex) => NetBitConverter.ToUInt16(value, startIndex);

    public static uint ToUInt32(byte[] value, int startIndex) => NetBitConverter.ToUInt32(value, startIndex);

    public static ulong ToUInt64(byte[] value, int startIndex) => NetBitConverter.ToUInt64(value, startIndex);
}
