using System.Numerics;
using System.Security.Cryptography;

namespace LumenLink.Tests;

/// <summary>
/// Signatures and keys that a verifier of P-256 must refuse, made from a good one of each run: the classes of Project
/// Wycheproof's ECDSA and ECDH files for raw keys and signatures. n and p are those of SEC 2, section 2.4.2.
/// </summary>
internal sealed class HostileSignatures
{
    private static readonly BigInteger N = Number(Convert.FromHexString(
        "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"));

    private static readonly BigInteger P = Number(Convert.FromHexString(
        "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"));

    /// <summary>Makes a key, signs with it and spoils both.</summary>
    public HostileSignatures()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        Key = [.. point.X!, .. point.Y!];
        Digest = SHA256.HashData(Message);
        Good = key.SignHash(Digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        Signatures = [.. SpoiledSignatures(Good[..32], Good[32..])];
        Keys = [.. SpoiledKeys(Key[..32], Key[32..])];
    }

    /// <summary>What is signed.</summary>
    public byte[] Message { get; } = "hostile"u8.ToArray();

    /// <summary>Its SHA-256.</summary>
    public byte[] Digest { get; }

    /// <summary>X || Y of the key that signed.</summary>
    public byte[] Key { get; }

    /// <summary>R || S that is right.</summary>
    public byte[] Good { get; }

    /// <summary>64 bytes each that are no signature of the key over the message.</summary>
    public IReadOnlyList<(string Name, byte[] Bytes)> Signatures { get; }

    /// <summary>64 bytes each that are no point of the curve.</summary>
    public IReadOnlyList<(string Name, byte[] Bytes)> Keys { get; }

    /// <summary>What is of another length than 64 bytes, made of a good key or signature.</summary>
    public static IEnumerable<byte[]> OtherLengths(byte[] good) =>
        [[], good[..1], good[..32], good[..63], [.. good, 0], [0x04, .. good], [.. good, .. good]];

    private static IEnumerable<(string, byte[])> SpoiledSignatures(byte[] r, byte[] s)
    {
        (string Name, BigInteger Value)[] numbers =
            [("0", 0), ("1", 1), ("n - 1", N - 1), ("n", N), ("n + 1", N + 1), ("p", P), ("2^256 - 1", Top - 1)];
        foreach (var one in numbers)
        {
            yield return ($"r = {one.Name}", [.. Bytes(one.Value), .. s]);
            yield return ($"s = {one.Name}", [.. r, .. Bytes(one.Value)]);
            foreach (var other in numbers)
                yield return ($"r = {one.Name}, s = {other.Name}", [.. Bytes(one.Value), .. Bytes(other.Value)]);
        }

        yield return ("r and s exchanged", [.. s, .. r]);
        yield return ("n - r", [.. Bytes(N - Number(r)), .. s]);
        yield return ("r little-endian", [.. r.Reverse(), .. s]);
        yield return ("s little-endian", [.. r, .. s.Reverse()]);
    }

    private static IEnumerable<(string, byte[])> SpoiledKeys(byte[] x, byte[] y)
    {
        yield return ("zero, for the point at infinity", new byte[64]);
        yield return ("x = 0, y = 1", [.. Bytes(0), .. Bytes(1)]);
        yield return ("y + 1", [.. x, .. Bytes((Number(y) + 1) % P)]);
        yield return ("x + 1", [.. Bytes((Number(x) + 1) % P), .. y]);
        yield return ("x and y exchanged", [.. y, .. x]);
        yield return ("x = p", [.. Bytes(P), .. y]);
        yield return ("y = p", [.. x, .. Bytes(P)]);
        yield return ("all ones", [.. Bytes(Top - 1), .. Bytes(Top - 1)]);
    }

    private static BigInteger Top => BigInteger.One << 256;

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number)
    {
        byte[] bytes = new byte[32];
        byte[] digits = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(bytes, bytes.Length - digits.Length);
        return bytes;
    }
}
