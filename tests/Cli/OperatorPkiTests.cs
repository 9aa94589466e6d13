using System.Security.Cryptography;
using LumenLink.Cli.Provisioning;
using LumenLink.Protocol;

namespace LumenLink.Tests.Cli;

/// <summary>The operator folder of a development run.</summary>
public sealed class OperatorPkiTests : IDisposable
{
    private readonly RunFolder folder = new(Directory.CreateTempSubdirectory("lumen-pki-").FullName);

    public void Dispose() => Directory.Delete(folder.Path, recursive: true);

    [Fact]
    public void Both_service_keys_are_certified_by_the_root_each_for_its_usage()
    {
        OperatorPki pki = OperatorPki.OpenOrCreate(folder);
        AssertCertified(pki, folder.ServiceKey, folder.ServiceCertificate, ServiceCertificate.UsageAttestation);
        AssertCertified(
            pki, folder.ConfigurationKey, folder.ConfigurationCertificate, ServiceCertificate.UsageConfiguration);
    }

    [Fact]
    public void A_folder_without_a_configuration_key_gets_one_and_keeps_the_rest()
    {
        OperatorPki.OpenOrCreate(folder);
        byte[] service = File.ReadAllBytes(folder.ServiceCertificate);
        File.Delete(folder.ConfigurationKey);
        File.Delete(folder.ConfigurationCertificate);
        OperatorPki again = OperatorPki.OpenOrCreate(folder);
        Assert.Equal(service, File.ReadAllBytes(folder.ServiceCertificate));
        AssertCertified(
            again, folder.ConfigurationKey, folder.ConfigurationCertificate, ServiceCertificate.UsageConfiguration);
    }

    private static void AssertCertified(OperatorPki pki, string keyFile, string certificateFile, byte usage)
    {
        byte[] bytes = File.ReadAllBytes(certificateFile);
        ServiceCertificate certificate = new();
        Assert.Equal(WireError.None, certificate.Read(bytes, 0, bytes.Length));
        Assert.Equal(usage, certificate.Usage);
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(keyFile));
        ECPoint point = key.ExportParameters(false).Q;
        Assert.Equal(certificate.Key, point.X!.Concat(point.Y!));
        using ECDsa root = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = pki.RootPublicKey[..32], Y = pki.RootPublicKey[32..] },
        });
        byte[] message = [.. "LL1.cert\0\0\0\0\0\0\0\0"u8, .. bytes.AsSpan(0, ServiceCertificate.SignedSize)];
        Assert.True(root.VerifyData(message, certificate.Signature, HashAlgorithmName.SHA256));
    }
}
