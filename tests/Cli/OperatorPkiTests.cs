using System.Security.Cryptography;
using LumenLink.Cli.Provisioning;
using LumenLink.Protocol;
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
