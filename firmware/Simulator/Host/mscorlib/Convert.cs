extern alias net;

using System.Globalization;
using NetConvert = net::System.Convert;

namespace System;

/// <summary>Conversions; a number base has a default here, and other bases than 2, 8, 10 and 16 are refused.</summary>
public static class Convert
{
    public static bool ToBoolean(byte value) => value != 0;

    public static char ToChar(ushort value) => (char)value;

    public static sbyte ToSByte(string value, int fromBase = 10) => NetConvert.ToSByte(value, fromBase);

    public static byte ToByte(string value, int fromBase = 10) => NetConvert.ToByte(value, fromBase);

    public static byte ToByte(bool value) => value ? (byte)1 : (byte)0;

    public static short ToInt16(string value, int fromBase = 10) => NetConvert.ToInt16(value, fromBase);

    public static ushort ToUInt16(string value, int fromBase = 10) => NetConvert.ToUInt16(value, fromBase);

    public static int ToInt32(string value, int fromBase = 10) => NetConvert.ToInt32(value, fromBase);

    public static uint ToUInt32(string value, int fromBase = 10) => NetConvert.ToUInt32(value, fromBase);

    public static long ToInt64(string value, int fromBase = 10) => NetConvert.ToInt64(value, fromBase);

    public static ulong ToUInt64(string value, int fromBase = 10) => NetConvert.ToUInt64(value, fromBase);

    public static double ToDouble(string value) => double.Parse(value, CultureInfo.InvariantCulture);

    public static float ToSingle(string value) => float.Parse(value, CultureInfo.InvariantCulture);

    public static string ToBase64String(byte[] inArray) => NetConvert.ToBase64String(inArray);

    public static string ToBase64String(byte[] inArray, int offset, int length) =>
        NetConvert.ToBase64String(inArray, offset, length);

    public static byte[] FromBase64String(string inString) => NetConvert.FromBase64String(inString);
}
