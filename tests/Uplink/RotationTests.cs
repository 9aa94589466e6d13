using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink;

/// <summary>Service keys that change, and the firmware as it is, which pins the operator's root alone.</summary>
public sealed class RotationTests
{
    /// <summary>From power on to an attestation, back-off after refused challenges included.</summary>
    private static readonly TimeSpan AttestedWithin = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan Away = TimeSpan.FromHours(2);

    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task A_board_that_was_away_during_two_rotations_attests_and_then_refuses_a_revoked_key()
    {
        await using UplinkWorld world = await UplinkWorld.StartAsync();
        world.Board.Driven.PowerOn();
        RunUntilAttested(world, after: null);
        world.Board.Driven.PowerOff();

        TestKey first = world.Service.Operator.Attestation;
        TestKey second = world.Service.Operator.NewKey(KeyUsage.Attestation, first.Version + 1);
        TestKey third = world.Service.Operator.NewKey(KeyUsage.Attestation, second.Version + 1);
        world.Run(Away);
        Use(world, third);
        DateTimeOffset? before = AttestedAt(world);
        world.Board.Driven.PowerOn();
        RunUntilAttested(world, before);

        foreach (TestKey revoked in (TestKey[])[second, first])
        {
            world.Board.Driven.PowerOff();
            Use(world, revoked); // whoever has it gets in between
            DateTimeOffset? believed = AttestedAt(world);
            double challenges = Challenges(world);
            world.Board.Driven.PowerOn();
            world.Run(LongEnough);
            Assert.True(Challenges(world) > challenges, "no challenge was given\n" + world.Describe());
            Assert.True(world.Board.Counter("DownlinkRefused") > 0, world.Describe());
            Assert.Equal(believed, AttestedAt(world));
        }

        before = AttestedAt(world);
        Use(world, third);
        RunUntilAttested(world, before);
    }

    private static void Use(UplinkWorld world, TestKey key) => world.Service.Get<OperatorKeys>().Take(
        world.Service.Operator.Rings with { Attestation = world.Service.Operator.Ring(key) });

    private static double Challenges(UplinkWorld world) =>
        world.Service.Get<LumenMetrics>().Frames(IngestOutcome.Challenged).Value;

    private static void RunUntilAttested(UplinkWorld world, DateTimeOffset? after) => world.RunUntil(
        () => AttestedAt(world) is { } at && (after is null || at > after), AttestedWithin, "an attestation");

    private static DateTimeOffset? AttestedAt(UplinkWorld world) =>
        world.Service.Store.GetBeaconAsync(1, world.Board.Id, default).GetAwaiter().GetResult()!.AttestedAt;
}
