using System.CommandLine;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Keys;
using LumenLink.Cli.Provisioning;
using LumenLink.Client;
using LumenLink.Rendezvous.Packs;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Tests.Cli;

/// <summary>lumen keys on an operator folder, and the service's own reader of what it leaves there.</summary>
public sealed class KeysCommandTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    private readonly RunFolder folder = new(Directory.CreateTempSubdirectory("lumen-keys-").FullName);
    private readonly SetTime time = new() { Now = Noon };
    private readonly StringWriter output = new();
    private readonly StringWriter errors = new();
    private string passphrase = "correct horse battery";

    public KeysCommandTests()
    {
        OperatorPki.OpenOrCreate(folder);
        // The first keys started at the clock of the machine; here the clock is the test's.
        KeyManifest made = KeyManifest.ReadFrom(folder.Operator);
        File.WriteAllBytes(
            KeyManifest.PathIn(folder.Operator),
            new KeyManifest([.. made.Keys.Select(entry => entry with { StartsAt = Noon })]).Write());
    }

    public void Dispose() => Directory.Delete(folder.Path, recursive: true);

    [Fact]
    public async Task A_rotated_key_is_published_first_then_signs_and_the_one_before_is_good_for_a_while()
    {
        await RunAsync("rotate", "packs", "--delay-minutes", "60", "--overlap-minutes", "30");
        AssertKeys(KeyUsage.Packs, at: 0, signing: 1, good: [2, 1]);
        AssertKeys(KeyUsage.Packs, at: 59, signing: 1, good: [2, 1]);
        AssertKeys(KeyUsage.Packs, at: 60, signing: 2, good: [2, 1]);
        AssertKeys(KeyUsage.Packs, at: 90, signing: 2, good: [2]);
        AssertKeys(KeyUsage.Attestation, at: 90, signing: 1, good: [1]);
    }

    [Fact]
    public async Task A_client_that_pins_the_root_believes_packs_of_both_keys()
    {
        PackPins pins = new()
        {
            Roots = [File.ReadAllBytes(folder.OperatorRootPublic)],
            Audience = "lumenlink-dev",
        };
        foreach (uint version in (uint[])[1, 2])
        {
            string pack = PackSignature.Sign(
                KeyManifest.Load(folder.Operator).Packs!.SigningAt(time.Now),
                new Pack("lumenlink-dev", time.Now, version, [], []));
            PackCheck check = PackVerifier.Verify(pack, pins, time.Now);
            Assert.Equal((PackVerdict.Good, version), (check.Verdict, check.Pins.CertificateVersion));
            string file = Path.Combine(folder.Path, "pack.jws");
            await File.WriteAllTextAsync(file, pack + "\n");
            string[] told = ["pack", file, "--root", folder.OperatorRootPublic];
            Assert.Equal(0, await RunAllAsync(told));
            Assert.Equal(1, await RunAllAsync([.. told, "--seen-key", $"{version + 1}"]));
            Assert.Contains("CertificateRolledBack", errors.ToString(), StringComparison.Ordinal);
            Assert.Equal(2, await RunAllAsync(["pack", file, "--root", file + ".absent"]));
            await RunAsync("rotate", "packs", "--delay-minutes", "0");
        }
    }

    [Fact]
    public async Task Keys_that_are_over_go_with_their_files_at_the_next_rotation()
    {
        await RunAsync("rotate", "attestation", "--delay-minutes", "0", "--overlap-minutes", "1");
        time.Now = Noon.AddMinutes(1);
        await RunAsync("rotate", "attestation");
        Assert.Equal(
            ["attestation-2.bin", "attestation-2.pem", "attestation-3.bin", "attestation-3.pem"],
            Files("attestation-*"));
        AssertKeys(KeyUsage.Attestation, at: 1, signing: 2, good: [3, 2]);
    }

    [Fact]
    public async Task The_newest_key_gets_a_successor_when_it_is_revoked_and_its_number_is_not_used_again()
    {
        await RunAsync("revoke", "attestation", "1");
        AssertKeys(KeyUsage.Attestation, at: 0, signing: 2, good: [2]);
        Assert.Equal(["attestation-2.bin", "attestation-2.pem"], Files("attestation-*"));
        await RunAsync("revoke", "attestation", "2");
        AssertKeys(KeyUsage.Attestation, at: 0, signing: 3, good: [3]);
        Assert.Equal(2, await RunAsync(2, "revoke", "attestation", "1"));
    }

    [Fact]
    public async Task When_the_key_that_signs_is_revoked_the_one_that_waited_signs_at_once()
    {
        await RunAsync("rotate", "configuration");
        await RunAsync("revoke", "configuration", "1");
        AssertKeys(KeyUsage.Configuration, at: 0, signing: 2, good: [2]);
        Assert.Equal(["configuration-2.bin", "configuration-2.pem"], Files("configuration-*"));
    }

    [Fact]
    public async Task A_key_that_waits_can_be_revoked_and_its_successor_signs_at_once()
    {
        await RunAsync("rotate", "packs");
        await RunAsync("revoke", "packs", "2");
        AssertKeys(KeyUsage.Packs, at: 0, signing: 3, good: [3, 1]);
    }

    [Fact]
    public async Task Private_keys_are_their_owners_alone_and_nothing_is_left_in_between()
    {
        await RunAsync("rotate", "packs");
        Assert.Equal(["keys.json"], Files("keys.*"));
        string[] keys = Files("*.pem");
        Assert.Equal(Enum.GetValues<KeyUsage>().Length + 1, keys.Length);
        foreach (string key in keys)
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(
                    UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    File.GetUnixFileMode(Path.Combine(folder.Operator, "keys", key)));
            }
        }
    }

    [Fact]
    public async Task What_cannot_be_done_changes_nothing()
    {
        byte[] before = Manifest();
        File.Copy(folder.DeviceCaKey, Path.Combine(folder.Path, "other.pem"));
        Assert.Equal(2, await RunAsync(2, "rotate", "packs", "--root-key", Path.Combine(folder.Path, "other.pem")));
        Assert.Contains("is not the key of root.pub", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync(2, "rotate", "packs", "--root-key", Path.Combine(folder.Path, "absent.pem")));
        Assert.Equal(2, await RunAsync(2, "revoke", "packs", "9"));
        Assert.NotEqual(0, await RunAllAsync(["keys", "rotate", "everything", "--operator", folder.Operator]));
        Assert.NotEqual(0, await RunAllAsync(
            ["keys", "rotate", "packs", "--delay-minutes", "-1", "--operator", folder.Operator]));
        Assert.Equal(before, Manifest());

        for (int good = 1; good < KeyRotation.MaxGood; good++)
            await RunAsync("rotate", "packs");
        before = Manifest();
        Assert.Equal(2, await RunAsync(2, "rotate", "packs"));
        Assert.Equal(before, Manifest());
    }

    [Fact]
    public async Task An_operator_makes_his_root_away_from_the_service_and_rotates_under_it()
    {
        string op = Path.Combine(folder.Path, "production");
        string root = Path.Combine(folder.Path, "safe");
        Assert.Equal(0, await RunAllAsync(["keys", "init", "--operator", op, "--root", root]));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(root, "root.pub")), File.ReadAllBytes(Path.Combine(op, "root.pub")));
        Assert.Contains("ENCRYPTED", File.ReadAllText(Path.Combine(root, "root-key.pem")), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(op, "root-key.pem")));
        Assert.Equal(1u, KeyManifest.Load(op).Attestation.SigningAt(Noon).Certificate.Version);
        Assert.Equal(0, await RunAllAsync(
            ["keys", "rotate", "packs", "--delay-minutes", "0", "--operator", op, "--root", root]));
        Assert.Equal(2u, KeyManifest.Load(op).Packs!.SigningAt(Noon).Certificate.Version);

        byte[] before = File.ReadAllBytes(KeyManifest.PathIn(op));
        Assert.Equal(2, await RunAllAsync(["keys", "init", "--operator", op, "--root", root + "2"]));
        Assert.Contains("has a root already", errors.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(root + "2"));
        Assert.Equal(2, await RunAllAsync(["keys", "rotate", "packs", "--operator", folder.Operator, "--root", root]));
        Assert.Contains("is not the key of root.pub", errors.ToString(), StringComparison.Ordinal);
        passphrase = "another horse";
        Assert.Equal(2, await RunAllAsync(["keys", "rotate", "packs", "--operator", op, "--root", root]));
        Assert.Contains("passphrase does not open", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(KeyManifest.PathIn(op)));
        Assert.DoesNotContain("horse", output.ToString() + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_works_on_the_keys_at_a_time()
    {
        byte[] before = Manifest();
        string file = Path.Combine(folder.Operator, "keys", ".lock");
        using (new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            Assert.Equal(2, await RunAsync(2, "rotate", "packs"));
        Assert.Contains("another lumen keys is at work", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, Manifest());
        await RunAsync("rotate", "packs");
    }

    [Fact]
    public async Task A_list_says_how_each_key_stands()
    {
        await RunAsync("rotate", "packs", "--delay-minutes", "60", "--overlap-minutes", "30");
        await RunAsync("revoke", "attestation", "1");
        time.Now = Noon.AddMinutes(61);
        output.GetStringBuilder().Clear();
        await RunAsync("list");
        Assert.Equal(
            """
            attestation-1: revoked at 2030-05-17 12:00:00Z
            attestation-2: signs since 2030-05-17 12:00:00Z
            configuration-1: signs since 2030-05-17 12:00:00Z
            packs-1: signs no more, is taken until 2030-05-17 13:30:00Z
            packs-2: signs since 2030-05-17 13:00:00Z
            audit-1: signs since 2030-05-17 12:00:00Z

            """,
            output.ToString());
    }

    private byte[] Manifest() => File.ReadAllBytes(KeyManifest.PathIn(folder.Operator));

    private string[] Files(string pattern) =>
    [
        .. Directory.GetFiles(Path.Combine(folder.Operator, "keys"), pattern).Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>What a service finds that looks some minutes after noon.</summary>
    private void AssertKeys(KeyUsage usage, int at, uint signing, uint[] good)
    {
        KeyRings rings = KeyManifest.Load(folder.Operator);
        KeyRing ring = usage switch
        {
            KeyUsage.Attestation => rings.Attestation,
            KeyUsage.Configuration => rings.Configuration!,
            _ => rings.Packs!,
        };
        DateTimeOffset now = Noon.AddMinutes(at);
        Assert.Equal(signing, ring.SigningAt(now).Certificate.Version);
        Assert.Equal(good, ring.GoodAt(now).Select(key => key.Certificate.Version));
    }

    private Task<int> RunAsync(params string[] words) => RunAsync(0, words);

    private async Task<int> RunAsync(int expected, params string[] words)
    {
        int status = await RunAllAsync(["keys", .. words, "--operator", folder.Operator]);
        Assert.True(status == expected, $"{status}: {errors}");
        return status;
    }

    private Task<int> RunAllAsync(string[] words)
    {
        KeyOptions keys = new(
            () => Stream.Null, name => name == KeyOptions.PassphraseVariable ? passphrase : null, _ => null);
        return new RootCommand { KeysCommands.Create(keys, time), PackCommand.Create(time) }.Parse(words)
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = errors });
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
