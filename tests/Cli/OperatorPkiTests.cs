using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Provisioning;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Tests.Cli;

/// <summary>The operator folder of a development run.</summary>
public sealed class OperatorPkiTests : IDisposable
{
    private readonly RunFolder folder = new(Directory.CreateTempSubdirectory("lumen-pki-").FullName);

    public void Dispose() => Directory.Delete(folder.Path, recursive: true);

    [Fact]
    public void A_key_of_each_usage_is_certified_by_the_root()
    {
        OperatorPki pki = OperatorPki.OpenOrCreate(folder);
        foreach (KeyUsage usage in Enum.GetValues<KeyUsage>())
            AssertCertified(pki, Key(usage, ".pem"), Key(usage, ".bin"), (byte)usage);
    }

    [Fact]
    public void A_folder_without_a_key_of_some_usage_gets_one_and_keeps_the_rest()
    {
        OperatorPki.OpenOrCreate(folder);
        byte[] service = File.ReadAllBytes(Key(KeyUsage.Attestation, ".bin"));
        KeyManifest all = KeyManifest.ReadFrom(folder.Operator);
        File.WriteAllBytes(
            KeyManifest.PathIn(folder.Operator), new KeyManifest([.. all.Of(KeyUsage.Attestation)]).Write());
        File.Delete(Key(KeyUsage.Packs, ".pem"));
        OperatorPki again = OperatorPki.OpenOrCreate(folder);
        Assert.Equal(service, File.ReadAllBytes(Key(KeyUsage.Attestation, ".bin")));
        AssertCertified(
            again, Key(KeyUsage.Packs, ".pem"), Key(KeyUsage.Packs, ".bin"), ServiceCertificate.UsagePacks);
        Assert.NotNull(KeyManifest.Load(folder.Operator).Configuration);
    }

    [Fact]
    public void A_boards_certificate_leads_to_the_runs_own_device_CA_and_a_strangers_does_not()
    {
        OperatorPki pki = OperatorPki.OpenOrCreate(folder);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] publicKey = P256Keys.ToBytes(key)!;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        DeviceCas cas = DeviceCaFolder.Open(
            Path.GetDirectoryName(folder.OperatorRootPublic)!, ServiceEnvironment.Development).Current(now);
        Assert.Equal(ChainResult.Development, Check(isForeign: false));
        Assert.Equal(ChainResult.Untrusted, Check(isForeign: true));

        ChainResult Check(bool isForeign)
        {
            string pem = pki.IssueDeviceCertificate(publicKey, isForeign);
            using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem);
            Assert.Equal(publicKey, P256Keys.ToBytes(certificate.GetECDsaPublicKey()));
            return cas.Check(certificate.RawData, now).Chain;
        }
    }

    private string Key(KeyUsage usage, string ending) =>
        Path.Combine(folder.Operator, KeyManifest.FolderName, $"{usage.Text()}-1{ending}");

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
