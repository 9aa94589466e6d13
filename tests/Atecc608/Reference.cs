using System.Security.Cryptography;

namespace LumenLink.Tests.Atecc608;

/// <summary>P-256 by the platform alone, and published keys, to check the chip against.</summary>
internal static class Reference
{
    /// <summary>
    /// RFC 5903 section 8.1: the initiator's and responder's private keys, and the shared X coordinate.
    /// </summary>
    internal static readonly byte[] Rfc5903Initiator =
        Rig.Hex("C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433");

    internal static readonly byte[] Rfc5903Responder =
        Rig.Hex("C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53");

    internal static readonly byte[] Rfc5903InitiatorPublic = Rig.Hex(
        "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180"
        + "5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3");

    internal static readonly byte[] Rfc5903ResponderPublic = Rig.Hex(
        "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"
        + "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB");

    internal static readonly byte[] Rfc5903Shared =
        Rig.Hex("D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE");

    internal static byte[] PublicKey(byte[] scalar)
    {
        using var key = ECDiffieHellman.Create(Parameters(scalar));
        ECPoint q = key.ExportParameters(false).Q;
        return [.. q.X!, .. q.Y!];
    }

    internal static byte[] SharedSecret(byte[] scalar, byte[] publicKey)
    {
        using var own = ECDiffieHellman.Create(Parameters(scalar));
        using var peer = ECDiffieHellman.Create(Public(publicKey));
        return own.DeriveRawSecretAgreement(peer.PublicKey);
    }

    internal static bool Verify(byte[] publicKey, byte[] digest, byte[] signature)
    {
        using var key = ECDsa.Create(Public(publicKey));
        return key.VerifyHash(digest, signature);
    }

    private static ECParameters Parameters(byte[] scalar) =>
        new() { Curve = ECCurve.NamedCurves.nistP256, D = scalar };

    private static ECParameters Public(byte[] key) =>
        new() { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = key[..32], Y = key[32..] } };
}
