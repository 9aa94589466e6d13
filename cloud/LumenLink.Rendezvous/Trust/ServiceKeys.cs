using System.Security.Cryptography;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// A key that the service signs with and the operator root's certificate for it: what beacons check challenges with,
/// and a second one what they check configurations with.
/// </summary>
internal sealed class ServiceKeys : IDisposable
{
    private static readonly KeyUsage Attestation =
        new(ServiceCertificate.UsageAttestation, "service-key.pem", "service-cert.bin");

    private static readonly KeyUsage Configuration =
        new(ServiceCertificate.UsageConfiguration, "config-key.pem", "config-cert.bin");

    private readonly ECDsa key;

    private ServiceKeys(ECDsa key, ServiceCertificate certificate)
    {
        this.key = key;
        Certificate = certificate;
    }

    /// <summary>The certificate, as it goes into what is signed. Not changed after loading.</summary>
    public ServiceCertificate Certificate { get; }

    /// <summary>Signs SHA-256(message) with the key.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => P256.Sign(key, message);

    /// <summary>
    /// Reads service-key.pem and service-cert.bin and checks that they belong
    /// together; with root.pub beside them also that this root signed the certificate.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// A file is absent or malformed, or they do not belong together.
    /// </exception>
    public static ServiceKeys Load(string operatorFolder) => Load(operatorFolder, Attestation);

    /// <summary>
    /// As <see cref="Load(string)"/>, from config-key.pem and config-cert.bin; null when neither is there: then this
    /// service cannot configure beacons.
    /// </summary>
    public static ServiceKeys? LoadConfiguration(string operatorFolder) =>
        Configuration.Files.Any(file => File.Exists(Path.Combine(operatorFolder, file)))
            ? Load(operatorFolder, Configuration)
            : null;

    /// <summary>The key of challenges and refusals, from contents.</summary>
    /// <param name="keyPem">Private key in PEM.</param>
    /// <param name="certificateBytes">The 141 bytes of the certificate.</param>
    /// <param name="rootPublicKey">The 64 bytes of the root's key, or null when it is not at hand.</param>
    public static ServiceKeys Create(string keyPem, byte[] certificateBytes, byte[]? rootPublicKey) =>
        Create(Attestation, keyPem, certificateBytes, rootPublicKey);

    /// <summary>The key of configurations, from contents.</summary>
    /// <param name="keyPem">Private key in PEM.</param>
    /// <param name="certificateBytes">The 141 bytes of the certificate.</param>
    /// <param name="rootPublicKey">The 64 bytes of the root's key, or null when it is not at hand.</param>
    public static ServiceKeys CreateConfiguration(string keyPem, byte[] certificateBytes, byte[]? rootPublicKey) =>
        Create(Configuration, keyPem, certificateBytes, rootPublicKey);

    private static ServiceKeys Load(string operatorFolder, KeyUsage usage)
    {
        foreach (string file in usage.Files)
        {
            if (!File.Exists(Path.Combine(operatorFolder, file)))
                throw new InvalidOperationException($"operator/{file} is missing");
        }

        string rootPath = Path.Combine(operatorFolder, "root.pub");
        return Create(
            usage, File.ReadAllText(Path.Combine(operatorFolder, usage.KeyFile)),
            File.ReadAllBytes(Path.Combine(operatorFolder, usage.CertificateFile)),
            File.Exists(rootPath) ? File.ReadAllBytes(rootPath) : null);
    }

    private static ServiceKeys Create(KeyUsage usage, string keyPem, byte[] certificateBytes, byte[]? rootPublicKey)
    {
        string file = $"operator/{usage.CertificateFile}";
        ServiceCertificate certificate = new();
        WireError error = certificate.Read(certificateBytes, 0, certificateBytes.Length);
        if (error != WireError.None || certificateBytes.Length != ServiceCertificate.Size)
            throw new InvalidOperationException($"{file} is not a service certificate: {error}");
        if (certificate.Usage != usage.Number)
            throw new InvalidOperationException($"{file} is for another usage: {certificate.Usage}");
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(keyPem);
            if (!P256.PublicKey(key.ExportParameters(false)).AsSpan().SequenceEqual(certificate.Key))
                throw new InvalidOperationException($"{file} is for another key than {usage.KeyFile}");
            byte[] hash = SHA256.HashData(certificate.Key);
            if (certificate.KeyId != ByteReader.U32(hash, 0))
                throw new InvalidOperationException($"{file} names another key id than its key's");
            if (rootPublicKey is not null && !IsSignedBy(rootPublicKey, certificate, certificateBytes))
                throw new InvalidOperationException($"{file} is not signed by operator/root.pub");
            return new ServiceKeys(key, certificate);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new InvalidOperationException($"operator/{usage.KeyFile} is not a P-256 private key", exception);
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

    /// <summary>What a key is for, and where it lies.</summary>
    private sealed record KeyUsage(byte Number, string KeyFile, string CertificateFile)
    {
        public IEnumerable<string> Files => [KeyFile, CertificateFile];
    }
}
