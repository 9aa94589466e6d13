using LumenLink.Rendezvous.Trust;

namespace LumenLink.Tests.Cli;

/// <summary>lumen release: from the built firmware to the operator's policy.</summary>
public sealed class ReleaseCommandTests : IDisposable
{
    private readonly ReleaseRun run = new();

    public void Dispose() => run.Dispose();

    [Fact]
    public void A_release_is_signed_imported_and_taken_by_the_next_policy()
    {
        string file = run.Make("1.0");
        AuthorityResult imported = run.Import(file, "--trust", run.In("keys", "release.pub")).IsDone();
        ReleaseManifest release = new ReleaseFolder(run.Operator).Read("1.0");
        Assert.Contains("release 1.0 of ", imported.Output, StringComparison.Ordinal);
        Assert.Contains("policy 1 takes it", imported.Output, StringComparison.Ordinal);
        Assert.Contains(release.Images[0].Measurement, imported.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["LumenLink.Protocol", "LumenLink.Beacon.Core", "LumenLink.Beacon"],
            release.Images[0].Assemblies.Select(one => one.Name));
        ReferencePolicy policy = ReferencePolicy.Load(run.Operator);
        byte[] measurement = Convert.FromHexString(release.Images[0].Measurement);
        Assert.True(policy.AllowsMeasurement(measurement, 65535));
        Assert.False(policy.AllowsMeasurement(measurement, 1));

        Assert.Contains("imported before", run.Import(file).IsDone().Output, StringComparison.Ordinal);
        Assert.Equal(1, ReferencePolicy.Load(run.Operator).Version);
        run.Import(run.Make("1.1")).IsDone();
        Assert.Equal(["1.0", "1.1"], PolicyFile.Parse(File.ReadAllText(run.Policy)).Releases);
    }

    [Fact]
    public void What_the_policy_said_before_is_kept()
    {
        Directory.CreateDirectory(run.Operator);
        File.WriteAllText(
            run.Policy, """{"version":6,"minimum_firmware":{"1":"0.2"},"levels":{"production":["secure_element"]}}""");
        run.Import(run.Make("1.0"), "--trust", run.In("keys", "release.pub")).IsDone();
        PolicyFile policy = PolicyFile.Parse(File.ReadAllText(run.Policy));
        Assert.Equal((7, "0.2"), (policy.Version, policy.MinimumFirmware[1]));
        Assert.Single(policy.Levels);
    }

    [Fact]
    public void A_release_of_an_unknown_key_is_not_imported_and_nothing_changes()
    {
        string file = run.Make("1.0");
        run.Import(file).IsRefusedWith(2, "none of release-keys");
        Assert.False(Path.Exists(run.Operator));
        run.Import(file, "--trust", run.In("keys", "release.pub")).IsDone();
        string policy = File.ReadAllText(run.Policy);
        run.Import(run.Make("1.1", keys: "other")).IsRefusedWith(2, "none of release-keys");
        run.Import(run.Make("1.0", model: 7)).IsRefusedWith(2, "Another release 1.0");
        File.WriteAllText(run.In("cut.jws"), File.ReadAllText(file)[..^9]);
        run.Import(run.In("cut.jws")).IsRefusedWith(2, "cut.jws: ");
        run.Import(run.In("none.jws")).IsRefusedWith(2, "none.jws");
        Assert.Equal(policy, File.ReadAllText(run.Policy));
    }

    [Fact]
    public void A_broken_policy_is_named_and_left_as_it_is()
    {
        string file = run.Make("1.0");
        Directory.CreateDirectory(run.Operator);
        File.WriteAllText(run.Policy, """{"version":"one"}""");
        AuthorityResult refused = run.Import(file, "--trust", run.In("keys", "release.pub"));
        Assert.Equal(2, refused.Status);
        Assert.Contains("policy.json", refused.Error, StringComparison.Ordinal);
        Assert.Equal("""{"version":"one"}""", File.ReadAllText(run.Policy));
        Assert.Empty(new ReleaseFolder(run.Operator).Names);
    }

    [Fact]
    public void A_release_is_withdrawn_but_never_the_last_that_says_what_may_run()
    {
        run.Import(run.Make("1.0"), "--trust", run.In("keys", "release.pub")).IsDone();
        Withdraw("1.0").IsRefusedWith(2, "last reference value");
        run.Import(run.Make("1.1", model: 9)).IsDone();
        Assert.Contains("policy 3 does not take it", Withdraw("1.0").IsDone().Output, StringComparison.Ordinal);
        Withdraw("1.0").IsRefusedWith(2, "does not name release 1.0");
        Assert.Equal(["1.1"], PolicyFile.Parse(File.ReadAllText(run.Policy)).Releases);
        string[] listed = run.Run("release", "list", "--operator", run.Operator).IsDone().Output.Split('\n');
        Assert.Equal(["withdrawn", "the policy takes it"], listed.Where(line => line.StartsWith("  ", default)
            && !line.Contains("hardware", StringComparison.Ordinal)).Select(line => line.Trim()));
    }

    [Fact]
    public void What_cannot_be_released_is_said()
    {
        run.Make("1.0");
        run.Run("release", "init", "--keys", run.In("keys")).IsRefusedWith(2, "has a release key already");
        Make("a/b", ReleaseRun.Firmware, "1").IsRefusedWith(2, "letters, digits");
        Make("1.1", ReleaseRun.Firmware, "0").IsRefusedWith(2, "hardware models");
        Make("1.1", run.Root, "1").IsRefusedWith(2, "LumenLink.Protocol.dll is not there");
        run.Run(
            "release", "make", "1.1", "--assemblies", ReleaseRun.Firmware, "--hardware-model", "1", "--out",
            run.In("x"), "--keys", run.In("nowhere")).IsRefusedWith(2, "lumen release init");
        Assert.False(File.Exists(run.In("x")));

        AuthorityResult Make(string name, string assemblies, string model) => run.Run(
            "release", "make", name, "--assemblies", assemblies, "--hardware-model", model, "--out", run.In("x"),
            "--keys", run.In("keys"));
    }

    private AuthorityResult Withdraw(string name) =>
        run.Run("release", "withdraw", name, "--operator", run.Operator);
}
