using System.Buffers.Text;
using System.Text;
using LumenLink.Client;
using LumenLink.Rendezvous.Packs;
using LumenLink.Simulator;
using LumenLink.Tests.Rendezvous.Support;
using LumenLink.Tests.Uplink.Support;
using EidKeeper = LumenLink.Rendezvous.Resolve.EidKeeper;

namespace LumenLink.Tests.Uplink;

/// <summary>
/// An application from end to end: it hears what the firmware advertises on the simulated air, asks the service whose
/// it is, takes a pack along, and relies on that where there is no network.
/// </summary>
public sealed class ClientTests
{
    private const string Audience = "lumenlink-dev";

    /// <summary>Service data of a 16-bit UUID (Core Specification Supplement, part A, section 1.11).</summary>
    private const byte ServiceData = 0x16;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_heard_beacon_is_resolved_and_its_pack_holds_offline_and_no_other_does()
    {
        await using UplinkWorld world = await UplinkWorld.StartAsync();
        await using RunningService stranger = await RunningService.StartAsync(world.Time);
        using LumenLinkClient client = new(world.Service.Http.BaseAddress!);
        using LumenLinkClient elsewhere = new(stranger.Http.BaseAddress!);
        world.Board.Driven.PowerOn();
        Eid? heard = null;
        world.RunUntil(() => (heard = Heard(world)) is not null, Patience, "an identifier on the air");

        await world.Service.Get<EidKeeper>().Loaded.WaitAsync(Patience);
        await world.Service.Get<EidKeeper>().LookAsync(default);
        Eid nobody = Eid.Parse("00000000deadbeef");
        IReadOnlyList<ResolvedEid> answers = await client.ResolveAsync([heard!.Value, nobody]);
        Assert.Equal(world.Board.Id.ToString(), answers[0].Beacon!.Id);
        Assert.Equal((true, true), (answers[0].Beacon!.Live, answers[0].Beacon!.Trusted));
        Assert.Null(answers[1].Beacon);

        string older = await client.GetPackAsync();
        world.Run(PackPolicy.SnapshotAge + TimeSpan.FromSeconds(1));
        string pack = await client.GetPackAsync();
        string foreign = await elsewhere.GetPackAsync();
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (FilePackStorage kept = new(file))
            using (PackStore online = Store(world, kept))
                Assert.Equal(PackVerdict.Good, (await online.AcceptAsync(pack)).Verdict);

            world.StopService();
            LumenLinkException gone = await Assert.ThrowsAsync<LumenLinkException>(() => client.GetPackAsync());
            Assert.Equal(LumenLinkError.Unreachable, gone.Error);

            // The application starts anew, with what it kept and the pinned root.
            using FilePackStorage again = new(file);
            using PackStore offline = Store(world, again);
            PackCheck current = (await offline.CurrentAsync())!;
            Assert.Equal(PackVerdict.Good, current.Verdict);
            Assert.Equal(world.Board.Id.ToString(), Assert.Single(current.Pack!.Beacons).Id);
            Assert.Equal(PackVerdict.SignatureInvalid, (await offline.AcceptAsync(Tampered(pack))).Verdict);
            Assert.Equal(PackVerdict.VersionRolledBack, (await offline.AcceptAsync(older)).Verdict);
            Assert.Equal(PackVerdict.CertificateUntrusted, (await offline.AcceptAsync(foreign)).Verdict);
            Assert.Equal(PackVerdict.Good, (await offline.CurrentAsync())!.Verdict);
            world.Run(PackPolicy.Lifetime);
            Assert.Equal(PackVerdict.Expired, (await offline.AcceptAsync(pack)).Verdict);
            Assert.Equal(PackVerdict.Expired, (await offline.CurrentAsync())!.Verdict);
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".lock");
        }
    }

    private static PackStore Store(UplinkWorld world, IPackStorage storage) =>
        new([world.Service.Operator.RootPublicKey], Audience, storage, world.Time);

    /// <summary>The identifier in what is advertised now; null when there is none.</summary>
    private static Eid? Heard(UplinkWorld world)
    {
        foreach (AirEvent advertised in world.World.Air.Now)
        {
            byte[] bytes = advertised.Advertisement;
            for (int at = 0; at < bytes.Length && bytes[at] > 0; at += bytes[at] + 1)
            {
                ReadOnlySpan<byte> data = bytes.AsSpan(at + 2, bytes[at] - 1);
                if (bytes[at + 1] == ServiceData && data is [0xAA, 0xFE, .. var frame]
                    && Eid.TryReadServiceData(frame, out Eid eid))
                    return eid;
            }
        }

        return null;
    }

    /// <summary>The same pack with its beacon in another region, in the form that packs have.</summary>
    private static string Tampered(string pack)
    {
        string[] parts = pack.Split('.');
        string payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        Assert.Contains("\"north\"", payload, StringComparison.Ordinal);
        parts[1] = Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes(payload.Replace("\"north\"", "\"south\"", StringComparison.Ordinal)));
        return string.Join('.', parts);
    }
}
