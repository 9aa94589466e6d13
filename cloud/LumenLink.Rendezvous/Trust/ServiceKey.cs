using System.Security.Cryptography;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>A key that the service signs with, and the operator root's certificate for it.</summary>
internal sealed class ServiceKey : IDisposable
{
    private readonly ECDsa key;

    private ServiceKey(ECDsa key, ServiceCertificate certificate, byte[] certificateBytes)
    {
        this.key = key;
        Certificate = certificate;
        CertificateBytes = certificateBytes;
    }

    /// <summary>The certificate, as it goes into what is signed. Not changed after loading.</summary>
    public ServiceCertificate Certificate { get; }

    /// <summary>Its 141 bytes.</summary>
    public ReadOnlyMemory<byte> CertificateBytes { get; }

    /// <summary>Signs SHA-256(message) with the key: R || S, 64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => P256.Sign(key, message);

    /// <summary>A key from contents, checked: key and certificate belong together.</summary>
    /// <param name="usage">What the certificate must be for.</param>
    /// <param name="name">What to call it in a message, such as operator/keys/packs-1.</param>
    /// <param name="keyPem">Private key in PEM.</param>
    /// <param name="certificateBytes">The 141 bytes of the certificate.</param>
    /// <param name="rootPublicKey">The 64 bytes of the root's key, or null when it is not at hand.</param>
    /// <exception cref="InvalidOperationException">One is malformed, or they do not belong together.</exception>
    public static ServiceKey Create(
        KeyUsage usage, string name, string keyPem, byte[] certificateBytes, byte[]? rootPublicKey)
    {
        ServiceCertificate certificate = new();
        WireError error = certificate.Read(certificateBytes, 0, certificateBytes.Length);
        if (error != WireError.None || certificateBytes.Length != ServiceCertificate.Size)
            throw new InvalidOperationException($"{name} has no service certificate: {error}");
        if (certificate.Usage != (byte)usage)
            throw new InvalidOperationException($"the certificate of {name} is for another usage: {certificate.Usage}");
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(keyPem);
            if (!P256.PublicKey(key.ExportParameters(false)).AsSpan().SequenceEqual(certificate.Key))
                throw new InvalidOperationException($"the certificate of {name} is for another key");
            if (certificate.KeyId != ByteReader.U32(SHA256.HashData(certificate.Key), 0))
                throw new InvalidOperationException($"the certificate of {name} names another key id than its key's");
            if (rootPublicKey is not null && !IsSignedBy(rootPublicKey, certificate, certificateBytes))
                throw new InvalidOperationException($"the certificate of {name} is not signed by operator/root.pub");
            return new ServiceKey(key, certificate, certificateBytes);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new InvalidOperationException($"{name} has no P-256 private key", exception);
        }
    }

    /// <summary>True if the root signed the certificate.</summary>
    /// <param name="root">64 bytes of the root's key; with another length it has signed nothing.</param>
    /// <param name="certificate">The certificate, read.</param>
    /// <param name="bytes">The same, its 141 bytes.</param>
    public static bool IsSignedBy(byte[] root, ServiceCertificate certificate, byte[] bytes)
    {
        byte[] message = new byte[SignedMessages.CertificateSize];
        SignedMessages.Certificate(message, 0, bytes, 0);
        return root.Length == WireSizes.PublicKey && P256.Verifies(root, message, certificate.Signature);
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
