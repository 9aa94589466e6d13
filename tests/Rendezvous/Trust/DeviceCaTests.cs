using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>The pinned device CAs: what leads to one, and their folder.</summary>
public sealed class DeviceCaTests : IDisposable
{
    private readonly TestOperator op = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly string folder = Directory.CreateTempSubdirectory("lumen-cas-").FullName;
    private readonly ECDsa deviceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private string ProductionFolder => Path.Combine(folder, "device-cas", "production");

    public void Dispose()
    {
        deviceKey.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_CA_below_a_root_is_pinned_without_the_root()
    {
        using X509Certificate2 ca = Below(op.ForeignCa, "Pinned");
        DeviceCas cas = new([new DeviceCa(ca, true, RevocationList.Missing)]);
        CertificateCheck check = cas.Check(Issue(ca), op.Now);
        Assert.Equal((ChainResult.Production, ca), (check.Chain, check.Issuer!.Certificate));
        Assert.Equal(ChainResult.Expired, cas.Check(Issue(ca), op.Now.AddYears(2)).Chain);
        // Not the root's own, nor another CA's below it, nor one of a CA below the pinned one.
        Assert.Equal(ChainResult.Untrusted, cas.Check(Issue(op.ForeignCa), op.Now).Chain);
        using X509Certificate2 sister = Below(op.ForeignCa, "Sister");
        Assert.Equal(ChainResult.Untrusted, cas.Check(Issue(sister), op.Now).Chain);
        using X509Certificate2 deeper = Below(ca, "Deeper");
        Assert.Equal(ChainResult.Untrusted, cas.Check(Issue(deeper), op.Now).Chain);
    }

    [Fact]
    public void A_CA_with_the_pinned_ones_name_and_key_identifier_is_not_it()
    {
        using X509Certificate2 ca = Below(op.ForeignCa, "Pinned");
        using X509Certificate2 other = Below(op.ForeignCa, "Pinned");
        foreach (X509Certificate2 pinned in (X509Certificate2[])[ca, op.ProductionCa])
        {
            DeviceCas cas = new([new DeviceCa(pinned, true, RevocationList.Missing)]);
            CertificateRequest request = new("CN=beacon", deviceKey, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(
                X509AuthorityKeyIdentifierExtension.CreateFromCertificate(pinned, true, false));
            byte[] forged = request.Create(
                pinned.SubjectName, X509SignatureGenerator.CreateForECDsa(other.GetECDsaPrivateKey()!),
                op.Now.AddDays(-1), op.Now.AddDays(1), [1, 2, 3]).RawData;
            Assert.Equal(ChainResult.Untrusted, cas.Check(forged, op.Now).Chain);
        }

        // Both pinned, as while one takes the other's place.
        DeviceCas both = new(
            [new DeviceCa(ca, true, RevocationList.Missing), new DeviceCa(other, false, RevocationList.Missing)]);
        Assert.Equal(ChainResult.Production, both.Check(Issue(ca), op.Now).Chain);
        Assert.Equal(ChainResult.Development, both.Check(Issue(other), op.Now).Chain);
    }

    [Fact]
    public void Production_does_not_start_without_the_list_of_each_CA()
    {
        Write("a.crt", op.ProductionCa.ExportCertificatePem());
        Write("b.crt", op.ForeignCa.ExportCertificatePem());
        Write("a.crl", op.Crl(op.ProductionCa));
        string message = Assert.Throws<InvalidOperationException>(
            () => DeviceCaFolder.Open(folder, ServiceEnvironment.Production)).Message;
        Assert.Contains("production: b.crl is missing", message, StringComparison.Ordinal);
        Assert.Equal(
            2, DeviceCaFolder.Open(folder, ServiceEnvironment.Development).Current(op.Now).All.Count);
        Write("b.crl", op.Crl(op.ForeignCa));
        Assert.All(
            DeviceCaFolder.Open(folder, ServiceEnvironment.Production).Current(op.Now).All,
            ca => Assert.Equal(CrlState.Good, ca.Revoked.At(op.Now)));
    }

    [Fact]
    public void A_missing_list_is_named_at_the_start()
    {
        Write("a.crt", op.ProductionCa.ExportCertificatePem());
        string data = Path.Combine(folder, "data");
        RendezvousSettings settings = new() { DataFolder = data, Environment = ServiceEnvironment.Production };
        Directory.CreateDirectory(settings.OperatorFolder);
        Directory.Move(Path.Combine(folder, "device-cas"), Path.Combine(settings.OperatorFolder, "device-cas"));
        List<string> problems = [];
        Assert.Null(TrustMaterial.Load(settings, problems));
        Assert.Contains(problems, problem => problem.Contains("a.crl is missing", StringComparison.Ordinal));
    }

    [Fact]
    public void A_development_CA_in_the_folder_of_production_is_refused()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(
            "CN=Device CA,OU=" + DeviceCaFolder.DevelopmentUnit, key, HashAlgorithmName.SHA256);
        using X509Certificate2 ca = request.CreateSelfSigned(op.Now.AddYears(-1), op.Now.AddYears(1));
        Write("a.crt", ca.ExportCertificatePem());
        string message = Assert.Throws<InvalidOperationException>(
            () => DeviceCaFolder.Open(folder, ServiceEnvironment.Development)).Message;
        Assert.Contains("a.crt is the certificate of a development CA", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_is_read_again_when_its_file_changes_and_looked_at_now_and_then_only()
    {
        Write("a.crt", op.ProductionCa.ExportCertificatePem());
        byte[] certificate = Issue(op.ProductionCa);
        Write("a.crl", op.Crl(op.ProductionCa));
        DeviceCaFolder cas = DeviceCaFolder.Open(folder, ServiceEnvironment.Production);
        DeviceCas first = cas.Current(op.Now);
        CertificateCheck check = first.Check(certificate, op.Now);
        Assert.False(check.Issuer!.Revoked.Holds(check.Serial));

        Write("a.crl", op.Crl(op.ProductionCa, certificate));
        Assert.Same(first, cas.Current(op.Now + TrustPolicy.CrlLookEvery - TimeSpan.FromTicks(1)));
        DeviceCas second = cas.Current(op.Now + TrustPolicy.CrlLookEvery);
        Assert.True(second.Check(certificate, op.Now).Issuer!.Revoked.Holds(check.Serial));
        Assert.False(first.Check(certificate, op.Now).Issuer!.Revoked.Holds(check.Serial));
        Assert.Same(second, cas.Current(op.Now + (3 * TrustPolicy.CrlLookEvery)));

        File.Delete(Path.Combine(ProductionFolder, "a.crl"));
        Assert.Equal(CrlState.Missing, State(5));
        Write("a.crl", new byte[TrustPolicy.CrlMaxBytes + 1]);
        Assert.Equal(CrlState.TooLarge, State(7));
        Write("a.crl", op.Crl(op.ProductionCa));
        Assert.Equal(CrlState.Good, State(9));

        CrlState State(int looks) =>
            Assert.Single(cas.Current(op.Now + (looks * TrustPolicy.CrlLookEvery)).All).Revoked.At(op.Now);
    }

    private byte[] Issue(X509Certificate2 ca) =>
        TestOperator.Issue(ca, deviceKey, op.Now.AddYears(-1), op.Now.AddYears(1));

    private X509Certificate2 Below(X509Certificate2 root, string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 certificate = request.Create(
            root, op.Now.AddYears(-1), op.Now.AddYears(9), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    private void Write(string name, string text) => Write(name, System.Text.Encoding.ASCII.GetBytes(text));

    private void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(ProductionFolder);
        File.WriteAllBytes(Path.Combine(ProductionFolder, name), bytes);
    }
}
