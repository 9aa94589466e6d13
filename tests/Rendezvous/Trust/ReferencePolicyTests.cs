using System.Security.Cryptography;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>operator/policy.json and the releases that it names.</summary>
public sealed class ReferencePolicyTests : IDisposable
{
    private const int Model = 7;

    private static readonly ReleaseImage Image = new([Model, 8], [new("A", "1.0.0.0"), new("B", "1.2.3.4")]);

    private readonly string folder = Directory.CreateTempSubdirectory("lumen-policy-").FullName;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        key.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("{}", "version must be a number from 1 on")]
    [InlineData("""{"version":-1}""", "version must be")]
    [InlineData("""{"version":1,"measurement":[]}""", "measurement")]
    [InlineData("""{"version":1,"measurements":["abcd"]}""", "\"abcd\" is not 64 hexadecimal digits")]
    [InlineData("""{"version":1,"measurements":null}""", "measurements")]
    [InlineData("""{"version":1,"minimum_firmware":{"0":"1.0"}}""", "0 is no hardware model")]
    [InlineData("""{"version":1,"minimum_firmware":{"7":"new"}}""", "\"new\" is not a version")]
    [InlineData("""{"version":1,"levels":{"production":["best"]}}""", "levels")]
    [InlineData("""{"version":1,"levels":{"production":[]}}""", "nobody may attest in production")]
    [InlineData("""{"version":1,"levels":{"staging":["secure_element"]}}""", "levels")]
    [InlineData("""{"version":1,"releases":["../x"]}""", "\"../x\" is not the name of a release")]
    [InlineData("""{"version":1,"releases":["1.0"]}""", "release 1.0 was not imported")]
    [InlineData("null", "it is empty")]
    [InlineData("", "JSON")]
    public void A_policy_that_cannot_be_used_says_why(string json, string words)
    {
        File.WriteAllText(Path.Combine(folder, "policy.json"), json);
        InvalidOperationException problem =
            Assert.Throws<InvalidOperationException>(() => ReferencePolicy.Load(folder));
        Assert.StartsWith("operator/policy.json: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        InvalidOperationException problem = Assert.Throws<InvalidOperationException>(() => ReferencePolicy.Parse(
            """{"measurements":["x","X"],"minimum_firmware":{"7":"?"},"levels":{"development":[]}}"""));
        Assert.All(
            (string[])["version must", "\"x\" is not", "named twice: x", "\"?\" is not", "nobody may attest"],
            words => Assert.Contains(words, problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_policy_reads_back_as_it_was_written()
    {
        PolicyFile policy = PolicyFile.Parse($$"""
            {
                "version": 4, "releases": ["1.0"], "measurements": ["{{new string('a', 64)}}"],
                "minimum_firmware": {"7": "1.2"}, "levels": {"production": ["secure_element", "software"]}
            }
            """);
        Assert.Equal(policy.Write(), PolicyFile.Parse(policy.Write()).Write());
        Assert.Contains("\"secure_element\"", policy.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_release_deploys_may_run_on_the_hardware_that_it_is_for()
    {
        Import(new ReleaseManifest("1.0", 1, [Image]));
        ReferencePolicy policy = Load("""{"version":2,"releases":["1.0"]}""");
        byte[] measured = Convert.FromHexString(Image.Measurement);
        Assert.Equal(SHA256.HashData("A 1.0.0.0\nB 1.2.3.4\n"u8), measured);
        Assert.True(policy.AllowsMeasurement(measured, Model));
        Assert.True(policy.AllowsMeasurement(measured, 8));
        Assert.False(policy.AllowsMeasurement(measured, 9));
        Assert.False(policy.AllowsMeasurement(new byte[32], Model));
        Assert.False(policy.AllowsMeasurement(null, Model));
    }

    [Fact]
    public void A_measurement_that_the_policy_names_itself_may_run_on_any_hardware()
    {
        Import(new ReleaseManifest("1.0", 1, [Image]));
        ReferencePolicy policy = Load($$"""
            {"version":2,"releases":["1.0"],"measurements":["{{new string('A', 64)}}"]}
            """);
        byte[] named = Convert.FromHexString(new string('a', 64));
        Assert.True(policy.AllowsMeasurement(named, 9));
        Assert.False(policy.AllowsMeasurement(Convert.FromHexString(Image.Measurement), 9));
    }

    [Fact]
    public void A_release_that_no_pinned_key_signed_is_not_believed()
    {
        ReleaseManifest release = new("1.0", 1, [Image]);
        Import(release);
        string file = new ReleaseFolder(folder).FileOf("1.0");
        string good = File.ReadAllText(file);
        using ECDsa another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Refused(SignedRelease.Sign(another, release), "none of release-keys");
        Refused(SignedRelease.Sign(key, release with { Release = "1.1" }), "it is release 1.1");
        Refused(SignedRelease.Sign(key, release with { Images = [] }), "1 to 64 images");
        Refused(good[..^1], "not a signed release", "signature");
        Refused("", "not a signed release");

        // No character of it can be another.
        for (int i = 0; i < good.Length; i++)
        {
            if (good[i] != '.')
            {
                File.WriteAllText(file, good[..i] + (good[i] == 'A' ? 'B' : 'A') + good[(i + 1)..]);
                Assert.Throws<InvalidOperationException>(() => Load("""{"version":2,"releases":["1.0"]}"""));
            }
        }

        void Refused(string text, params string[] words)
        {
            File.WriteAllText(file, text);
            string said = Assert.Throws<InvalidOperationException>(
                () => Load("""{"version":2,"releases":["1.0"]}""")).Message;
            Assert.Contains(words, word => said.Contains(word, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("", 1, "A", "1.0.0.0")]
    [InlineData(".hidden", 1, "A", "1.0.0.0")]
    [InlineData("a/b", 1, "A", "1.0.0.0")]
    [InlineData("1.0", 0, "A", "1.0.0.0")]
    [InlineData("1.0", 65536, "A", "1.0.0.0")]
    [InlineData("1.0", 1, "A B", "1.0.0.0")]
    [InlineData("1.0", 1, "", "1.0.0.0")]
    [InlineData("1.0", 1, "A", "1.0")]
    [InlineData("1.0", 1, "A", "01.0.0.0")]
    [InlineData("1.0", 1, "A", "1.0.0.0\n")]
    public void A_manifest_that_cannot_be_is_refused(string name, int model, string assembly, string version) =>
        Assert.NotNull(new ReleaseManifest(name, 1, [new([model], [new(assembly, version)])]).Problem());

    [Fact]
    public void One_kind_of_board_has_one_image()
    {
        ReleaseImage other = new([8], [new("A", "1.0.0.0")]);
        Assert.Contains("hardware model 8", new ReleaseManifest("1.0", 1, [Image, other]).Problem(), default);
        Assert.Null(new ReleaseManifest("1.0", 1, [Image]).Problem());
    }

    [Fact]
    public void Without_a_file_all_measurements_pass_and_production_takes_secure_elements_alone()
    {
        ReferencePolicy policy = ReferencePolicy.Load(folder);
        Assert.Equal(0, policy.Version);
        Assert.True(policy.AllowsMeasurement(null, Model));
        Assert.True(policy.AllowsLevel(ServiceEnvironment.Development, SecurityLevel.Software));
        Assert.True(policy.AllowsLevel(ServiceEnvironment.Production, SecurityLevel.SecureElement));
        Assert.False(policy.AllowsLevel(ServiceEnvironment.Production, SecurityLevel.EmulatedChip));
    }

    private ReferencePolicy Load(string json)
    {
        File.WriteAllText(Path.Combine(folder, "policy.json"), json);
        return ReferencePolicy.Load(folder);
    }

    private void Import(ReleaseManifest release)
    {
        ReleaseFolder releases = new(folder);
        byte[] own = P256.PublicKey(key.ExportParameters(false));
        Directory.CreateDirectory(Path.GetDirectoryName(releases.FileOfKey(own))!);
        File.WriteAllBytes(releases.FileOfKey(own), own);
        Directory.CreateDirectory(Path.GetDirectoryName(releases.FileOf(release.Release))!);
        File.WriteAllText(releases.FileOf(release.Release), SignedRelease.Sign(key, release));
    }
}
