using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>Revocation lists as bytes: good ones, and what is not one.</summary>
public sealed class CrlReaderTests
{
    private readonly TestOperator op = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private X509Certificate2 Ca => op.DevelopmentCa;

    [Fact]
    public void A_list_is_read_from_DER_and_PEM_and_is_good_in_its_time()
    {
        byte[] der = op.Crl(Ca);
        byte[] pem = System.Text.Encoding.ASCII.GetBytes("text before\n" + PemEncoding.WriteString("X509 CRL", der));
        foreach (byte[] file in (byte[][])[der, pem])
        {
            RevocationList list = CrlReader.Read(file, Ca);
            Assert.Equal(CrlState.Good, list.At(op.Now));
            Assert.Equal(op.Now.AddDays(30), list.NextUpdate);
            Assert.Equal(CrlState.Good, list.At(list.NextUpdate.AddTicks(-1)));
            Assert.Equal(CrlState.Expired, list.At(list.NextUpdate));
            Assert.Equal(CrlState.Good, list.At(op.Now.AddDays(-1) - TrustPolicy.CrlClockSkew));
            Assert.Equal(CrlState.NotYetValid, list.At(op.Now.AddDays(-1.01)));
        }
    }

    /// <summary>A serial number may begin with a high bit, which DER writes with a zero before it.</summary>
    [Theory]
    [InlineData(0x01)]
    [InlineData(0x7F)]
    [InlineData(0x80)]
    [InlineData(0xFF)]
    public void Serial_numbers_are_found_whatever_they_begin_with(byte first)
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = first;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=beacon", key, HashAlgorithmName.SHA256);
        byte[] certificate = request.Create(Ca, op.Now.AddYears(-1), op.Now.AddYears(1), serial).RawData;
        CertificateCheck check = op.DeviceCas.Check(certificate, op.Now);
        Assert.Equal(ChainResult.Development, check.Chain);
        Assert.True(CrlReader.Read(op.Crl(Ca, certificate), Ca).Holds(check.Serial));
        Assert.False(CrlReader.Read(op.Crl(Ca), Ca).Holds(check.Serial));
    }

    [Fact]
    public void A_list_of_another_CA_is_not_taken()
    {
        Assert.Equal(CrlState.NotOfItsCa, CrlReader.Read(op.Crl(op.ForeignCa), Ca).At(op.Now));
        // The same name, another key.
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] named = new CertificateRevocationListBuilder().Build(
            Ca.SubjectName, X509SignatureGenerator.CreateForECDsa(key), 1, op.Now.AddDays(1), HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Ca, true, false), op.Now);
        Assert.Equal(CrlState.NotOfItsCa, CrlReader.Read(named, Ca).At(op.Now));
        // The same key, another name.
        byte[] renamed = new CertificateRevocationListBuilder().Build(
            op.ForeignCa.SubjectName, X509SignatureGenerator.CreateForECDsa(Ca.GetECDsaPrivateKey()!), 1,
            op.Now.AddDays(1), HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Ca, true, false), op.Now);
        Assert.Equal(CrlState.NotOfItsCa, CrlReader.Read(renamed, Ca).At(op.Now));
    }

    [Fact]
    public void A_CA_that_may_not_sign_lists_has_none()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=No lists", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 ca = request.CreateSelfSigned(op.Now.AddYears(-1), op.Now.AddYears(1));
        byte[] list = new CertificateRevocationListBuilder().Build(
            ca.SubjectName, X509SignatureGenerator.CreateForECDsa(key), 1, op.Now.AddDays(1), HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(ca, true, false), op.Now);
        Assert.Equal(CrlState.NotOfItsCa, CrlReader.Read(list, ca).At(op.Now));
    }

    [Fact]
    public void No_altered_byte_and_no_shortened_list_is_taken()
    {
        byte[] good = op.Crl(Ca, new TestBeacon().Enrolment(op).Certificate);
        for (int i = 0; i < good.Length; i++)
        {
            Assert.NotEqual(CrlState.Good, CrlReader.Read(good.AsMemory(0, i), Ca).At(op.Now));
            byte[] altered = [.. good];
            altered[i] ^= (byte)(1 << (i % 8));
            Assert.NotEqual(CrlState.Good, CrlReader.Read(altered, Ca).At(op.Now));
        }

        Assert.Equal(CrlState.Malformed, CrlReader.Read((byte[])[.. good, 0], Ca).At(op.Now));
    }

    [Fact]
    public void What_is_no_list_is_named()
    {
        Assert.Equal(CrlState.TooLarge, CrlReader.Read(new byte[TrustPolicy.CrlMaxBytes + 1], Ca).At(op.Now));
        string certificate = Ca.ExportCertificatePem();
        string[] texts =
        [
            "", "0", certificate, certificate.Replace("CERTIFICATE", "X509 CRL", StringComparison.Ordinal),
            "-----BEGIN X509 CRL-----\n-----END X509 CRL-----", "-----BEGIN X509 CRL-----\n\u00ff",
        ];
        Assert.All(texts, text => Assert.Equal(
            CrlState.Malformed, CrlReader.Read(System.Text.Encoding.Latin1.GetBytes(text), Ca).At(op.Now)));
        byte[] deep = new byte[100_000];
        for (int i = 0; i < deep.Length; i += 2)
            (deep[i], deep[i + 1]) = (0x30, 0x80);
        Assert.Equal(CrlState.Malformed, CrlReader.Read(deep, Ca).At(op.Now));
    }

    /// <summary>A delta list or one of another scope says so in a critical extension.</summary>
    [Fact]
    public void A_list_with_a_critical_extension_is_not_taken()
    {
        byte[] good = op.Crl(Ca);
        Assert.Equal(CrlState.Good, CrlReader.Read(Resigned(good, isCritical: false), Ca).At(op.Now));
        Assert.Equal(CrlState.Malformed, CrlReader.Read(Resigned(good, isCritical: true), Ca).At(op.Now));
    }

    /// <summary>The list with one more extension, signed again by the CA.</summary>
    private byte[] Resigned(byte[] crl, bool isCritical)
    {
        AsnReader body = new AsnReader(
            crl, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Asn1Tag explicitTag = new(TagClass.ContextSpecific, 0, true);
            while (body.PeekTag() != explicitTag)
                writer.WriteEncodedValue(body.ReadEncodedValue().Span);
            AsnReader extensions = body.ReadSequence(explicitTag).ReadSequence();
            using (writer.PushSequence(explicitTag))
            using (writer.PushSequence())
            {
                while (extensions.HasData)
                    writer.WriteEncodedValue(extensions.ReadEncodedValue().Span);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("2.5.29.28");
                    if (isCritical)
                        writer.WriteBoolean(true);
                    writer.WriteOctetString([0x30, 0]);
                }
            }
        }

        byte[] signed = writer.Encode();
        byte[] signature = Ca.GetECDsaPrivateKey()!.SignData(
            signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        AsnWriter list = new(AsnEncodingRules.DER);
        using (list.PushSequence())
        {
            list.WriteEncodedValue(signed);
            using (list.PushSequence())
                list.WriteObjectIdentifier("1.2.840.10045.4.3.2");
            list.WriteBitString(signature);
        }

        return list.Encode();
    }
}
