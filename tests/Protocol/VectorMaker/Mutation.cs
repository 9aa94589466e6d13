using LumenLink.Protocol;

namespace LumenLink.Tests.Protocol.VectorMaker;

/// <summary>Small changes of good frames.</summary>
internal static class Mutation
{
    public static byte[] With(this byte[] frame, int at, params byte[] values)
    {
        byte[] changed = [.. frame];
        values.CopyTo(changed, at);
        return changed;
    }

    public static byte[] Insert(this byte[] frame, int at, params byte[] values) =>
        [.. frame[..at], .. values, .. frame[at..]];

    public static byte[] Cut(this byte[] frame, int from, int to) => [.. frame[..from], .. frame[to..]];

    public static byte[] Seal(this byte[] frame, ReadOnlySpan<byte> key)
    {
        byte[] copy = [.. frame];
        FrameSeal.Seal(copy, key);
        return copy;
    }

    public static Vector Bad(string name, byte[] bytes, WireError error) =>
        new(name, Convert.ToHexStringLower(bytes), error.ToString());

    public static Vector Good(string name, byte[] bytes) => Bad(name, bytes, WireError.None);

    public static Vector Sealed(string name, byte[] bytes, ReadOnlySpan<byte> key, WireError error = WireError.None) =>
        Bad(name, bytes, error) with { Key = Convert.ToHexStringLower(key), Verify = "ok" };
}
