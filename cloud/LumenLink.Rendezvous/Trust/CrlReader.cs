using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// Reads an X.509 revocation list (RFC 5280 section 5.1), PEM or DER, signed with ECDSA on P-256 and SHA-256. The
/// signature is checked before anything that it covers is looked at.
/// </summary>
internal static class CrlReader
{
    private const string PemLabel = "X509 CRL";
    private const byte SequenceTag = 0x30;

    private static readonly Asn1Tag Extensions = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>AlgorithmIdentifier of ecdsa-with-SHA256 (RFC 5758 section 3.2): no parameters.</summary>
    private static readonly byte[] EcdsaWithSha256 = [0x30, 10, 6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2];

    /// <summary>Reads a list; what cannot be used is told by its state, never by an exception.</summary>
    /// <param name="file">The file as it is.</param>
    /// <param name="ca">The CA whose list it has to be.</param>
    public static RevocationList Read(ReadOnlyMemory<byte> file, X509Certificate2 ca)
    {
        if (file.Length > TrustPolicy.CrlMaxBytes)
            return RevocationList.Unusable(CrlState.TooLarge);
        try
        {
            return Der(file) is { } der ? ReadDer(der, ca) : RevocationList.Unusable(CrlState.Malformed);
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            return RevocationList.Unusable(CrlState.Malformed);
        }
    }

    private static ReadOnlyMemory<byte>? Der(ReadOnlyMemory<byte> file)
    {
        if (file.Length > 0 && file.Span[0] == SequenceTag)
            return file;
        string text = Encoding.ASCII.GetString(file.Span);
        if (!PemEncoding.TryFind(text, out PemFields fields) || text[fields.Label] != PemLabel)
            return null;
        byte[] der = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64String(text[fields.Base64Data], der, out int written) && written == der.Length
            ? der
            : null;
    }

    private static RevocationList ReadDer(ReadOnlyMemory<byte> der, X509Certificate2 ca)
    {
        AsnReader file = new(der, AsnEncodingRules.DER);
        AsnReader list = file.ReadSequence();
        file.ThrowIfNotEmpty();
        ReadOnlyMemory<byte> signed = list.PeekEncodedValue();
        AsnReader body = list.ReadSequence();
        ReadOnlyMemory<byte> algorithm = list.ReadEncodedValue();
        byte[] signature = list.ReadBitString(out int unusedBits);
        list.ThrowIfNotEmpty();
        if (unusedBits != 0 || !IsEcdsaWithSha256(algorithm))
            return RevocationList.Unusable(CrlState.Malformed);
        return MaySign(ca) && Verifies(ca, signed.Span, signature)
            ? ReadBody(body, ca)
            : RevocationList.Unusable(CrlState.NotOfItsCa);
    }

    private static RevocationList ReadBody(AsnReader body, X509Certificate2 ca)
    {
        bool isVersion2 = body.TryReadInt32(out int version) && version == 1;
        if (!isVersion2 || !IsEcdsaWithSha256(body.ReadEncodedValue()))
            return RevocationList.Unusable(CrlState.Malformed);
        if (!body.ReadEncodedValue().Span.SequenceEqual(ca.SubjectName.RawData))
            return RevocationList.Unusable(CrlState.NotOfItsCa);
        DateTimeOffset thisUpdate = ReadTime(body);
        DateTimeOffset nextUpdate = ReadTime(body); // RFC 5280 wants one in every list
        HashSet<BigInteger> serials = [];
        if (body.HasData && body.PeekTag() == Asn1Tag.Sequence && !ReadEntries(body.ReadSequence(), serials))
            return RevocationList.Unusable(CrlState.Malformed);
        if (body.HasData && HasCritical(body.ReadSequence(Extensions).ReadSequence()))
            return RevocationList.Unusable(CrlState.Malformed); // a part of a list, or one of another scope
        body.ThrowIfNotEmpty();
        return new RevocationList(serials, thisUpdate, nextUpdate);
    }

    private static bool ReadEntries(AsnReader entries, HashSet<BigInteger> serials)
    {
        while (entries.HasData)
        {
            AsnReader entry = entries.ReadSequence();
            BigInteger serial = entry.ReadInteger();
            ReadTime(entry);
            if (serial.Sign <= 0 || (entry.HasData && HasCritical(entry.ReadSequence())))
                return false;
            entry.ThrowIfNotEmpty();
            serials.Add(serial);
        }

        return true;
    }

    private static bool HasCritical(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            extension.ReadObjectIdentifier();
            if (extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean())
                return true;
            extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
        }

        return false;
    }

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static bool IsEcdsaWithSha256(ReadOnlyMemory<byte> algorithm) =>
        algorithm.Span.SequenceEqual(EcdsaWithSha256);

    private static bool MaySign(X509Certificate2 ca) =>
        ca.Extensions.OfType<X509KeyUsageExtension>().All(
            usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.CrlSign));

    private static bool Verifies(X509Certificate2 ca, ReadOnlySpan<byte> signed, byte[] signature)
    {
        using ECDsa? key = ca.GetECDsaPublicKey();
        return key is not null
            && key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
