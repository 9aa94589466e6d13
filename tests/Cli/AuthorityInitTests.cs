using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Cli.Authority;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Tests.Cli;

/// <summary>lumen ca init.</summary>
public sealed class AuthorityInitTests : IDisposable
{
    private readonly AuthorityRun ca = new();

    public void Dispose() => ca.Dispose();

    [Fact]
    public void A_root_and_a_device_CA_are_made_by_their_profiles()
    {
        string output = ca.Run("init", "--name", "Harbour").IsDone().Output;
        using X509Certificate2 root = AuthorityRun.Read(ca.RootCertificate);
        using X509Certificate2 device = AuthorityRun.Read(ca.DeviceCaCertificate);
        Assert.Equal(("CN=Harbour root CA", "CN=Harbour root CA"), (root.Subject, root.Issuer));
        Assert.Equal(("CN=Harbour device CA", "CN=Harbour root CA"), (device.Subject, device.Issuer));
        AssertCa(root, 1, CertificateProfiles.RootDays);
        AssertCa(device, 0, CertificateProfiles.DeviceCaDays);
        Assert.Equal(KeyId(root), Authority(root));
        Assert.Equal(KeyId(root), Authority(device));
        Assert.NotEqual(KeyId(root), KeyId(device));
        foreach (X509Certificate2 one in (X509Certificate2[])[root, device])
        {
            string fingerprint = Convert.ToHexString(SHA256.HashData(one.RawData));
            Assert.Contains(fingerprint, output.Replace(":", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        Assert.Contains("marked production", output, StringComparison.Ordinal);
        Assert.Contains("Move root-key.pem off this machine", output, StringComparison.Ordinal);
        Assert.Contains("Back up this folder", output, StringComparison.Ordinal);
        Assert.False(ca.Index.IsDevelopment);
    }

    [Fact]
    public void Development_is_said_and_stands_in_the_certificates()
    {
        string output = ca.Run("init", "--development").IsDone().Output;
        Assert.Contains("marked development", output, StringComparison.Ordinal);
        Assert.Contains("device-cas/development/", output, StringComparison.Ordinal);
        Assert.True(ca.Index.IsDevelopment);
        using X509Certificate2 device = AuthorityRun.Read(ca.DeviceCaCertificate);
        Assert.Contains("OU=" + DeviceCaFolder.DevelopmentUnit, device.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_encrypted_and_their_owners_only()
    {
        ca.Run("init").IsDone();
        foreach (string file in Directory.GetFiles(ca.Folder, "*-key.pem"))
        {
            string pem = File.ReadAllText(file);
            Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", pem, StringComparison.Ordinal);
            using ECDsa key = ECDsa.Create();
            Assert.Throws<CryptographicException>(() => key.ImportFromEncryptedPem(pem, "another passphrase"));
            key.ImportFromEncryptedPem(pem, AuthorityRun.Passphrase);
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.Equal(2, Directory.GetFiles(ca.Folder, "*-key.pem").Length);
    }

    [Fact]
    public void What_is_there_is_never_overwritten()
    {
        ca.Run("init").IsDone();
        Dictionary<string, byte[]> before = Directory.GetFiles(ca.Folder).ToDictionary(f => f, File.ReadAllBytes);
        ca.Run("init").IsRefusedWith(2, "never overwritten");
        Assert.Equal(before, Directory.GetFiles(ca.Folder).ToDictionary(f => f, File.ReadAllBytes));
        Assert.Equal([ca.Folder], Directory.GetDirectories(ca.Root));
    }

    [Fact]
    public void The_passphrase_comes_from_a_file_the_environment_or_a_terminal_and_is_long_enough()
    {
        ca.Environment.Clear();
        ca.Run("init").IsRefusedWith(2, "--passphrase-file", KeyOptions.PassphraseVariable);
        ca.Environment[KeyOptions.PassphraseVariable] = "too short";
        ca.Run("init").IsRefusedWith(2, "12 characters at least");
        ca.Environment.Clear();
        ca.Typed = new(["a long passphrase", "another passphrase"]);
        ca.Run("init").IsRefusedWith(2, "differ");
        ca.Run("init", "--passphrase-file", ca.Aside("none")).IsRefusedWith(2, "cannot be read");
        Assert.Empty(Directory.GetFileSystemEntries(ca.Root));

        ca.Typed = new([AuthorityRun.Passphrase, AuthorityRun.Passphrase]);
        ca.Run("init").IsDone();
        Assert.Empty(ca.Typed);
        ca.Input = AuthorityRun.Passphrase + "\nmore";
        ca.Run("crl", "--passphrase-file", "-").IsDone();
        File.WriteAllText(ca.Aside("words"), AuthorityRun.Passphrase);
        ca.Run("crl", "--passphrase-file", ca.Aside("words")).IsDone();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("Zürich")]
    [InlineData("1234567890123456789012345678901234567890123456789")]
    public void A_name_that_no_certificate_takes_is_refused(string name)
    {
        ca.Run("init", "--name", name).IsRefusedWith(2, "--name takes 1 to 48");
        Assert.Empty(Directory.GetFileSystemEntries(ca.Root));
    }

    [Fact]
    public void The_next_device_CA_is_made_below_the_root_there_is()
    {
        ca.Run("init").IsDone();
        string first = ca.Folder;
        ca.Folder = ca.Aside("next");
        ca.Run("init", "--root", first, "--development").IsRefusedWith(2, "marked production", "leave out");
        File.WriteAllText(ca.Aside("words"), "the next passphrase");
        ca.Run("init", "--root", first, "--passphrase-file", ca.Aside("words"))
            .IsRefusedWith(1, "does not open", "root-key.pem");
        File.WriteAllText(ca.Aside("root-words"), AuthorityRun.Passphrase);
        ca.Run(
            "init", "--root", first, "--passphrase-file", ca.Aside("words"), "--root-passphrase-file",
            ca.Aside("root-words")).IsDone();
        Assert.Equal(File.ReadAllText(Path.Combine(first, "root.crt")), File.ReadAllText(ca.RootCertificate));
        using X509Certificate2 root = AuthorityRun.Read(ca.RootCertificate);
        using X509Certificate2 device = AuthorityRun.Read(ca.DeviceCaCertificate);
        Assert.Equal(KeyId(root), Authority(device));
        Assert.False(File.Exists(ca.In("root-key.pem")));
        Assert.Null(ca.Index.RootKey);

        string second = ca.Folder;
        ca.Folder = ca.Aside("third");
        ca.Run("init", "--root", second).IsRefusedWith(2, "does not hold its root");
        File.Delete(Path.Combine(first, "root-key.pem"));
        ca.Run("init", "--root", first).IsRefusedWith(1, "put it back");
        Assert.False(Directory.Exists(ca.Folder));
    }

    private static void AssertCa(X509Certificate2 certificate, int pathLength, int days)
    {
        X509BasicConstraintsExtension constraints = certificate.Extensions
            .OfType<X509BasicConstraintsExtension>().Single();
        Assert.True(constraints is { Critical: true, CertificateAuthority: true, HasPathLengthConstraint: true });
        Assert.Equal(pathLength, constraints.PathLengthConstraint);
        X509KeyUsageExtension usage = certificate.Extensions.OfType<X509KeyUsageExtension>().Single();
        Assert.True(usage.Critical);
        Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, usage.KeyUsages);
        Assert.Equal(
            TimeSpan.FromDays(days) + CertificateProfiles.Backdated, certificate.NotAfter - certificate.NotBefore);
        Assert.NotNull(P256Keys.ToBytes(certificate.GetECDsaPublicKey()));
    }

    private static string? KeyId(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier;

    private static string Authority(X509Certificate2 certificate) => Convert.ToHexString(
        certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.Span);
}
