using System.Security.Cryptography;
using LumenLink.Cli.Release;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink;

/// <summary>What a release measures, and what the firmware as it is states of itself.</summary>
public sealed class ReleaseTests : IDisposable
{
    private const int SimulatedModel = 0xFFFF;

    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(8);

    private readonly string folder = Directory.CreateTempSubdirectory("lumen-release-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Boards_with_the_released_firmware_attest_and_others_do_not()
    {
        ReleaseImage built = ReleaseMaker.Measure(
            Path.Combine(AppContext.BaseDirectory, "nano", "device"), [SimulatedModel]);
        (AttestationOutcome outcome, EvidenceView evidence) = await JudgeAsync(built);
        Assert.Equal(AttestationOutcome.Accepted, outcome);
        EvidenceFrame frame = new();
        Assert.Equal(WireError.None, frame.Read(evidence.Frame, 0, evidence.Frame.Length));
        Assert.Equal(built.Measurement, Convert.ToHexStringLower(frame.Claims.Measurement));

        ReleaseAssembly last = built.Assemblies[^1];
        (outcome, _) = await JudgeAsync(
            built with { Assemblies = [.. built.Assemblies.SkipLast(1), last with { Version = "9.9.9.9" }] });
        Assert.Equal(AttestationOutcome.MeasurementUnknown, outcome);
        (outcome, _) = await JudgeAsync(built with { HardwareModels = [1] });
        Assert.Equal(AttestationOutcome.MeasurementUnknown, outcome);
    }

    /// <summary>What the board's first Evidence comes to under a policy that takes this release alone.</summary>
    private async Task<(AttestationOutcome Outcome, EvidenceView Evidence)> JudgeAsync(ReleaseImage image)
    {
        ReferencePolicy policy = Policy(image);
        await using UplinkWorld world = await UplinkWorld.StartAsync(
            1, [new UplinkBoardMake("board-0", 1)], trust: material => material with { Policy = policy });
        world.Board.Driven.PowerOn();
        world.RunUntil(() => Newest(world) is not null, Bound, "a verdict");
        EvidenceView evidence = Newest(world)!;
        return (evidence.Outcome, evidence);
    }

    private ReferencePolicy Policy(ReleaseImage image)
    {
        string file = Path.Combine(folder, "release.jws");
        string pinned = Path.Combine(folder, "release.pub");
        string operatorFolder = Directory.CreateTempSubdirectory("lumen-operator-").FullName;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = key.ExportParameters(false).Q;
        File.WriteAllBytes(pinned, [.. point.X!, .. point.Y!]);
        File.WriteAllText(file, SignedRelease.Sign(key, new ReleaseManifest("1.0", 1, [image])));
        PolicyFolder policy = new(operatorFolder);
        policy.Trust(pinned);
        policy.Import(file);
        ReferencePolicy read = ReferencePolicy.Load(operatorFolder);
        Directory.Delete(operatorFolder, recursive: true);
        return read;
    }

    private static EvidenceView? Newest(UplinkWorld world) =>
        world.Service.Store.ListEvidenceAsync(1, null, 9, default).GetAwaiter().GetResult().SingleOrDefault();
}
