using System.Security.Cryptography;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// Today's service key with the operator root's certificate for it: what beacons check challenges with.
/// </summary>
internal sealed class ServiceKeys : IDisposable
{
    private readonly ECDsa key;

    private ServiceKeys(ECDsa key, ServiceCertificate certificate)
    {
        this.key = key;
        Certificate = certificate;
    }

    /// <summary>The certificate, as it goes into challenges and refusals. Not changed after loading.</summary>
    public ServiceCertificate Certificate { get; }

    /// <summary>Signs SHA-256(message) with the service key.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => P256.Sign(key, message);

    /// <summary>
    /// Reads service-key.pem and service-cert.bin and checks that they belong
    /// together; with root.pub beside them also that this root signed the certificate.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// A file is absent or malformed, or they do not belong together.
    /// </exception>
    public static ServiceKeys Load(string operatorFolder)
    {
        string keyPath = Path.Combine(operatorFolder, "service-key.pem");
        string certificatePath = Path.Combine(operatorFolder, "service-cert.bin");
        string rootPath = Path.Combine(operatorFolder, "root.pub");
        foreach (string path in new[] { keyPath, certificatePath })
        {
            if (!File.Exists(path))
                throw new InvalidOperationException($"operator/{Path.GetFileName(path)} is missing");
        }

        return Create(
            File.ReadAllText(keyPath), File.ReadAllBytes(certificatePath),
            File.Exists(rootPath) ? File.ReadAllBytes(rootPath) : null);
    }

    /// <summary>As <see cref="Load"/>, from contents.</summary>
    /// <param name="keyPem">Private key in PEM.</param>
    /// <param name="certificateBytes">The 141 bytes of the certificate.</param>
    /// <param name="rootPublicKey">The 64 bytes of the root's key, or null when it is not at hand.</param>
    public static ServiceKeys Create(string keyPem, byte[] certificateBytes, byte[]? rootPublicKey)
    {
        ServiceCertificate certificate = new();
        WireError error = certificate.Read(certificateBytes, 0, certificateBytes.Length);
        if (error != WireError.None || certificateBytes.Length != ServiceCertificate.Size)
            throw new InvalidOperationException($"operator/service-cert.bin is not a service certificate: {error}");
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(keyPem);
            if (!P256.PublicKey(key.ExportParameters(false)).AsSpan().SequenceEqual(certificate.Key))
                throw new InvalidOperationException(
                    "operator/service-cert.bin is for another key than service-key.pem");
            byte[] hash = SHA256.HashData(certificate.Key);
            if (certificate.KeyId != ByteReader.U32(hash, 0))
                throw new InvalidOperationException("operator/service-cert.bin names another key id than its key's");
            if (rootPublicKey is not null && !IsSignedBy(rootPublicKey, certificate, certificateBytes))
                throw new InvalidOperationException("operator/service-cert.bin is not signed by operator/root.pub");
            return new ServiceKeys(key, certificate);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new InvalidOperationException("operator/service-key.pem is not a P-256 private key", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private static bool IsSignedBy(byte[] root, ServiceCertificate certificate, byte[] bytes)
    {
        byte[] message = new byte[SignedMessages.CertificateSize];
        SignedMessages.Certificate(message, 0, bytes, 0);
        return root.Length == WireSizes.PublicKey && P256.Verifies(root, message, certificate.Signature);
    }
}
