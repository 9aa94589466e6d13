using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using LumenLink.Cli.Authority;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Tests.Cli;

/// <summary>lumen ca issue, revoke, crl and list.</summary>
public sealed class AuthorityIssueTests : IDisposable
{
    private readonly AuthorityRun ca = new();
    private readonly byte[] publicKey = AuthorityRun.NewKey(out _);

    public AuthorityIssueTests() => ca.Run("init").IsDone();

    private string Key => Convert.ToHexStringLower(publicKey);

    private string BeaconIdText => BeaconId.FromBytes(SHA256.HashData(publicKey)).ToString();

    public void Dispose() => ca.Dispose();

    [Fact]
    public void A_beacons_certificate_has_its_profile_and_leads_to_the_pinned_CA()
    {
        string file = ca.Issue(Key, "--days", "100");
        using X509Certificate2 certificate = AuthorityRun.Read(file);
        string hex = Convert.ToHexStringLower(SHA256.HashData(publicKey).AsSpan(0, 8));
        Assert.Equal(BeaconIdText, certificate.GetNameInfo(X509NameType.SimpleName, false));
        Assert.Contains("SERIALNUMBER=" + hex, certificate.Subject, StringComparison.Ordinal);
        Assert.Equal(publicKey, P256Keys.ToBytes(certificate.GetECDsaPublicKey()));
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        X509KeyUsageExtension usage = certificate.Extensions.OfType<X509KeyUsageExtension>().Single();
        Assert.Equal((true, X509KeyUsageFlags.DigitalSignature), (usage.Critical, usage.KeyUsages));
        Assert.Equal(
            TimeSpan.FromDays(100) + CertificateProfiles.Backdated, certificate.NotAfter - certificate.NotBefore);

        using X509Certificate2 pinned = AuthorityRun.Read(ca.DeviceCaCertificate);
        DeviceCas cas = new([new DeviceCa(pinned, true, RevocationList.Missing)]);
        CertificateCheck check = cas.Check(certificate.RawData, DateTimeOffset.UtcNow);
        Assert.Equal(ChainResult.Production, check.Chain);
        IssuedCertificate issued = Assert.Single(ca.Index.Issued);
        Assert.Equal(BeaconIdText, issued.BeaconId);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(publicKey)), issued.KeySha256);
        Assert.Equal(check.Serial.ToString("x", CultureInfo.InvariantCulture).TrimStart('0'), issued.Serial);
        Assert.Equal(ca.In(Path.Combine("issued", issued.Serial + ".crt")), file);
    }

    [Fact]
    public void A_key_comes_in_hex_from_a_file_or_in_a_request_that_it_signed()
    {
        byte[] bytes = AuthorityRun.NewKey(out ECDsa key);
        CertificateRequest asked = new("CN=something else,O=not taken", key, HashAlgorithmName.SHA256);
        asked.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        (string Option, byte[] Content)[] inputs =
        [
            ("--public-key", bytes),
            ("--public-key", System.Text.Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem())),
            ("--csr", System.Text.Encoding.ASCII.GetBytes(asked.CreateSigningRequestPem())),
        ];
        foreach ((string option, byte[] content) in inputs)
        {
            File.WriteAllBytes(ca.Aside("key"), content);
            string copy = ca.Aside("beacon.crt");
            Assert.EndsWith(
                copy + "\n", ca.Run("issue", option, ca.Aside("key"), "--out", copy, "--renew").IsDone().Output,
                StringComparison.Ordinal);
            using X509Certificate2 certificate = AuthorityRun.Read(copy);
            Assert.Equal(bytes, P256Keys.ToBytes(certificate.GetECDsaPublicKey()));
            Assert.DoesNotContain("not taken", certificate.Subject, StringComparison.Ordinal);
            Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
            File.Delete(copy);
        }
    }

    [Fact]
    public void What_gets_no_certificate_is_told_why()
    {
        ca.Run("issue").IsRefusedWith(2, "--public-key or --csr");
        ca.Run("issue", "--public-key", Key, "--csr", "x").IsRefusedWith(2, "one of them");
        ca.Run("issue", "--public-key", Key[2..]).IsRefusedWith(2, "--public-key", "neither 128 hex digits");
        ca.Run("issue", "--public-key", new string('1', 128)).IsRefusedWith(2, "no public key of the curve");
        ca.Run("issue", "--public-key", Key, "--days", "0").IsRefusedWith(2, "--days takes");
        ca.Run("issue", "--public-key", Key, "--days", "3651").IsRefusedWith(2, "--days takes");
        ca.Run("issue", "--csr", ca.Aside("none")).IsRefusedWith(2, "cannot be read");
        ca.Run("issue", "--public-key", Key, "--out", ca.DeviceCaCertificate).IsRefusedWith(2, "is there already");

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa longer = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        RefuseFile("--public-key", key.ExportPkcs8PrivateKeyPem(), "private key");
        RefuseFile("--public-key", longer.ExportSubjectPublicKeyInfoPem(), "curve P-256");
        RefuseFile("--csr", Request(longer), "curve P-256");
        RefuseFile("--csr", key.ExportSubjectPublicKeyInfoPem(), "no certificate request");
        RefuseFile("--csr", new string('x', 100_000), "too large");
        Assert.Empty(ca.Index.Issued);
        Assert.False(Directory.Exists(ca.In("issued")));

        void RefuseFile(string option, string content, string words)
        {
            File.WriteAllText(ca.Aside("key"), content);
            ca.Run("issue", option, ca.Aside("key")).IsRefusedWith(2, option, words);
        }
    }

    [Fact]
    public void A_request_must_be_signed_by_its_own_key()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=x", key, HashAlgorithmName.SHA256);
        byte[] forged = request.CreateSigningRequest(X509SignatureGenerator.CreateForECDsa(other));
        File.WriteAllText(ca.Aside("csr"), PemEncoding.WriteString("CERTIFICATE REQUEST", forged));
        ca.Run("issue", "--csr", ca.Aside("csr")).IsRefusedWith(2, "its signature is wrong");
        Assert.Empty(ca.Index.Issued);
    }

    [Fact]
    public void A_wrong_passphrase_opens_nothing()
    {
        ca.Environment[KeyOptions.PassphraseVariable] = "not the passphrase";
        string before = File.ReadAllText(ca.In("ca.json"));
        ca.Run("issue", "--public-key", Key).IsRefusedWith(1, "does not open", "device-ca-key.pem");
        ca.Run("crl").IsRefusedWith(1, "does not open");
        Assert.Equal(before, File.ReadAllText(ca.In("ca.json")));
        Assert.False(File.Exists(ca.RevocationList));
        // Another CA's key under the same passphrase is not this CA's.
        ca.Environment[KeyOptions.PassphraseVariable] = AuthorityRun.Passphrase;
        File.Copy(ca.In("root-key.pem"), ca.In("device-ca-key.pem"), overwrite: true);
        ca.Run("crl").IsRefusedWith(1, "is not the key of");
    }

    [Fact]
    public void A_beacon_holds_one_certificate_unless_it_is_renewed_and_none_after_a_compromise()
    {
        ca.Issue(Key);
        ca.Run("issue", "--public-key", Key).IsRefusedWith(2, BeaconIdText, "--renew");
        ca.Issue(Key, "--renew");
        ca.Run("revoke", "--beacon", BeaconIdText, "--reason", "superseded").IsDone();
        ca.Issue(Key, "--days", "1");
        ca.Later = TimeSpan.FromDays(1.1);
        ca.Issue(Key); // the last one has expired
        ca.Run("revoke", "--beacon", BeaconIdText, "--reason", "key-compromise").IsDone();
        ca.Run("issue", "--public-key", Key, "--renew").IsRefusedWith(2, "compromised");
        // Eight bytes of a hash can collide, a label must not.
        string index = File.ReadAllText(ca.In("ca.json"));
        File.WriteAllText(ca.In("ca.json"), index.Replace(
            Convert.ToHexStringLower(SHA256.HashData(publicKey)), new string('0', 64), StringComparison.Ordinal));
        ca.Run("issue", "--public-key", Key, "--renew").IsRefusedWith(2, "another key already");
    }

    [Fact]
    public void No_certificate_outlives_the_CA()
    {
        ca.Later = TimeSpan.FromDays(CertificateProfiles.DeviceCaDays - 1000);
        ca.Run("issue", "--public-key", Key).IsRefusedWith(2, "The device CA ends on", "fewer --days");
        ca.Issue(Key, "--days", "999");
    }

    [Fact]
    public void What_is_revoked_is_on_the_next_list_and_the_service_reads_it()
    {
        string first = ca.Issue(Key);
        string second = ca.Issue(AuthorityRun.NewKey());
        string third = ca.Issue(AuthorityRun.NewKey());
        AssertList(1, "crl", []);
        string serial = ca.Index.Issued[1].Serial;
        string colons = string.Join(':', serial.ToUpperInvariant().Chunk(2).Select(pair => new string(pair)));
        string said = ca.Run("revoke", "--serial", colons, "--reason", "key-compromise").IsDone().Output;
        Assert.Contains("revoked " + serial, said, StringComparison.Ordinal);
        Assert.Contains("lumen ca crl", said, StringComparison.Ordinal);
        AssertList(2, "crl", [second]);
        string hex = Convert.ToHexStringLower(SHA256.HashData(publicKey).AsSpan(0, 8));
        ca.Run("revoke", "--beacon", hex, "--reason", "unspecified").IsDone();
        AssertList(3, "crl", [first, second]);

        void AssertList(int number, string command, string[] revoked)
        {
            string copy = ca.Aside(Path.Combine("operator", "device-ca.crl"));
            string output = ca.Run(command, "--days", "7", "--out", copy).IsDone().Output;
            Assert.StartsWith(
                string.Create(CultureInfo.InvariantCulture, $"list {number}: {revoked.Length} revoked"), output,
                StringComparison.Ordinal);
            byte[] pem = File.ReadAllBytes(ca.RevocationList);
            Assert.Equal(pem, File.ReadAllBytes(copy));
            using X509Certificate2 device = AuthorityRun.Read(ca.DeviceCaCertificate);
            RevocationList list = CrlReader.Read(pem, device);
            DateTimeOffset now = DateTimeOffset.UtcNow;
            Assert.Equal(CrlState.Good, list.At(now));
            Assert.InRange(list.NextUpdate, now.AddDays(6), now.AddDays(8));
            DeviceCas cas = new([new DeviceCa(device, true, list)]);
            foreach (string file in (string[])[first, second, third])
            {
                using X509Certificate2 certificate = AuthorityRun.Read(file);
                Assert.Equal(revoked.Contains(file), list.Holds(cas.Check(certificate.RawData, now).Serial));
            }
        }
    }

    [Fact]
    public void What_cannot_be_revoked_is_told_why()
    {
        ca.Issue(Key);
        ca.Run("revoke", "--reason", "superseded").IsRefusedWith(2, "--serial or --beacon");
        ca.Run("revoke", "--serial", "xyz", "--reason", "superseded").IsRefusedWith(2, "--serial takes");
        ca.Run("revoke", "--serial", "12ab", "--reason", "superseded").IsRefusedWith(2, "issued nothing to", "12ab");
        ca.Run("revoke", "--beacon", "short", "--reason", "superseded").IsRefusedWith(2, "--beacon takes");
        Assert.NotEqual(0, ca.Run("revoke", "--beacon", BeaconIdText).Status);
        Assert.NotEqual(0, ca.Run("revoke", "--beacon", BeaconIdText, "--reason", "boredom").Status);
        Assert.Equal("valid", ca.Index.Issued[0].State(DateTimeOffset.UtcNow));
        ca.Run("revoke", "--beacon", BeaconIdText, "--reason", "superseded").IsDone();
        ca.Run("revoke", "--beacon", BeaconIdText, "--reason", "superseded").IsRefusedWith(2, "revoked already");
        ca.Run("crl", "--days", "367").IsRefusedWith(2, "1 to 366");
    }

    [Fact]
    public void The_list_shows_what_stands_and_what_the_service_does_not_know()
    {
        ca.Issue(Key, "--days", "1");
        ca.Issue(AuthorityRun.NewKey());
        Assert.Contains("No revocation list was made", ca.Run("list").IsDone().Output, StringComparison.Ordinal);
        ca.Run("crl", "--days", "1").IsDone();
        ca.Later = TimeSpan.FromDays(1.1);
        string serial = ca.Index.Issued[1].Serial;
        ca.Run("revoke", "--serial", serial, "--reason", "cessation-of-operation").IsDone();
        string table = ca.Run("list").IsDone().Output;
        string[] rows = [.. table.Split('\n').Where(line => line.Contains("20", StringComparison.Ordinal))];
        Assert.Contains(rows, row => row.Contains(BeaconIdText, StringComparison.Ordinal)
            && row.TrimEnd().EndsWith("expired", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Contains(serial, StringComparison.Ordinal)
            && row.Contains("revoked (cessation-of-operation)", StringComparison.Ordinal));
        Assert.Contains("1 revoked since that list was made", table, StringComparison.Ordinal);
        Assert.Contains("That list is over", table, StringComparison.Ordinal);

        JsonElement json = JsonDocument.Parse(ca.Run("list", "--json").IsDone().Output).RootElement;
        Assert.Equal(1, json.GetProperty("crl_number").GetInt32());
        JsonElement[] issued = [.. json.GetProperty("issued").EnumerateArray()];
        Assert.Equal(["expired", "revoked"], issued.Select(one => one.GetProperty("state").GetString()));
        Assert.Equal("cessation-of-operation", issued[1].GetProperty("reason").GetString());
    }

    [Fact]
    public void A_folder_that_is_none_or_damaged_or_in_use_is_told()
    {
        using (new AuthorityFolder(ca.Folder).Lock())
            ca.Run("crl").IsRefusedWith(1, "Another lumen ca works in");
        File.WriteAllText(ca.In("ca.json"), """{"format":1,"name":"x"}""");
        ca.Run("list").IsRefusedWith(1, "ca.json is damaged");
        ca.Folder = ca.Aside("nowhere");
        foreach (string command in (string[])["list", "crl"])
            ca.Run(command).IsRefusedWith(2, "There is no CA in");
        ca.Run("issue", "--public-key", Key).IsRefusedWith(2, "There is no CA in");
        Assert.False(Directory.Exists(ca.Folder));
    }

    private static string Request(ECDsa key) =>
        new CertificateRequest("CN=x", key, HashAlgorithmName.SHA384).CreateSigningRequestPem();
}
