using System.Net;
using System.Net.Http.Json;
using LumenLink.Beacon;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink;

/// <summary>
/// Commands and configurations from the service's API to the firmware as it is, and what became of them back, over a
/// broker and where only HTTPS works.
/// </summary>
public sealed class ControlTests
{
    /// <summary>From power on to the first record, ill ways before it included.</summary>
    private static readonly TimeSpan FirstWithin = TimeSpan.FromMinutes(8);

    /// <summary>
    /// From the call to the acknowledgement: at the latest behind the next report, and one repetition.
    /// </summary>
    private static readonly TimeSpan AnsweredWithin = TimeSpan.FromMinutes(5);

    /// <summary>From the call to the first status after a restart that it asked for.</summary>
    private static readonly TimeSpan RestartedWithin = TimeSpan.FromMinutes(12);

    /// <summary>A trial of an hour, and the way back after it.</summary>
    private static readonly TimeSpan RolledBackWithin = TimeSpan.FromMinutes(100);

    /// <summary>The button held long enough for a factory reset.</summary>
    private const int ResetPressMs = DeviceLimits.ButtonResetMs + 1000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_command_is_carried_out_and_acknowledged(bool httpsOnly)
    {
        await using UplinkWorld world = await StartAsync(httpsOnly);
        await CommandAsync(world, "identify", 5);
        await CommandAsync(world, "rescan");
        Assert.Empty(Diagnostics(world));
        await CommandAsync(world, "send_diagnostics");
        world.RunUntil(() => Diagnostics(world).Count == 1, AnsweredWithin, "diagnostics");
        Assert.All(Diagnostics(world)[0].Text.Split('\n')[..^1], line => Assert.Contains(' ', line));

        DateTimeOffset? attested = Beacon(world).AttestedAt;
        await CommandAsync(world, "reattest");
        world.RunUntil(() => Beacon(world).AttestedAt > attested, AnsweredWithin, "a new attestation");

        uint boot = Beacon(world).Boot;
        await CommandAsync(world, "reboot");
        world.RunUntil(() => Beacon(world).Boot == boot + 1, RestartedWithin, "a restart");
        world.RunUntil(() => Status(world)?.BootReason == (byte)BootReason.Command, RestartedWithin, "its reason");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_command_that_comes_again_is_acknowledged_again_and_not_done_again(bool httpsOnly)
    {
        await using UplinkWorld world = await StartAsync(httpsOnly);
        uint boot = Beacon(world).Boot;
        uint id = await CommandAsync(world, "reboot");
        world.RunUntil(() => Beacon(world).Boot == boot + 1, RestartedWithin, "a restart");
        for (int again = 0; again < 2; again++)
        {
            await world.Service.Database.ExecuteAsync(
                $"UPDATE commands SET acked_at = NULL, outcome = NULL, sent_at = NULL WHERE command_id = {id}");
            RunUntilAcknowledged(world, id);
            world.Run(RestartedWithin);
        }

        Assert.Equal(boot + 1, Beacon(world).Boot);
        Assert.True(Command(world, id).Delivery.SentCount >= 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_configuration_is_taken_proven_and_told_in_the_status(bool httpsOnly)
    {
        await using UplinkWorld world = await StartAsync(httpsOnly);
        string ways = httpsOnly
            ? $"https://127.0.0.1:{world.C.Port}"
            : $"mqtts://127.0.0.1:{world.B.Port},https://127.0.0.1:{world.C.Port}";
        await ConfigureAsync(world, $"report_ms=20000\ntransports={ways}\n");
        RunUntilConfigured(world, 1, ControlOutcome.Done, RestartedWithin);
        world.RunUntil(() => Status(world)?.Details.ConfigVersion == 1, RestartedWithin, "its version in a status");
        world.RunUntilStoredBy(httpsOnly ? world.C : world.B, RestartedWithin);

        long stored = await world.StoredAsync(world.Board);
        world.Run(TimeSpan.FromMinutes(4));
        Assert.True(await world.StoredAsync(world.Board) - stored >= 8, "reports do not come three times a minute");
    }

    [Fact]
    public async Task A_configuration_with_ways_that_lead_nowhere_is_rolled_back()
    {
        await using UplinkWorld world = await StartAsync(httpsOnly: false);
        world.Set(WayFault.None, WayFault.Refused);
        await ConfigureAsync(world, $"transports=mqtts://127.0.0.1:{world.B.Port}\n");
        RunUntilConfigured(world, 1, ControlOutcome.RolledBack, RolledBackWithin);
        world.RunUntilStoredBy(world.A, RestartedWithin);
        Assert.True((Status(world)?.Details.ConfigVersion ?? 0) == 0);

        await ConfigureAsync(world, "report_ms=1\n");
        RunUntilConfigured(world, 2, ControlOutcome.TextInvalid, AnsweredWithin);
        Assert.Equal("report_ms", Configuration(world, 2).Delivery.Detail);
    }

    [Fact]
    public async Task A_beacon_that_was_reset_gets_its_configuration_again()
    {
        await using UplinkWorld world = await StartAsync(httpsOnly: false);
        await ConfigureAsync(world, "report_ms=20000\n");
        RunUntilConfigured(world, 1, ControlOutcome.Done, RestartedWithin);
        world.RunUntil(() => Status(world)?.Details.ConfigVersion == 1, RestartedWithin, "its version in a status");
        world.Board.Board.Gpio.Press(UplinkBoard.ButtonPin, ResetPressMs);
        world.RunUntil(
            () => Status(world) is { BootReason: (byte)BootReason.FactoryReset, Details.ConfigVersion: null },
            RestartedWithin, "the reset in a status");
        RunUntilConfigured(world, 1, ControlOutcome.Done, RestartedWithin);
        world.RunUntil(() => Status(world)?.Details.ConfigVersion == 1, RestartedWithin, "its version again");
        Assert.Equal(2, Configuration(world, 1).Delivery.SentCount);
    }

    private static async Task<UplinkWorld> StartAsync(bool httpsOnly)
    {
        UplinkWorld world = await UplinkWorld.StartAsync();
        if (httpsOnly)
            world.Set(WayFault.Refused, WayFault.Refused);
        world.Board.Driven.PowerOn();
        world.RunUntilStoredBy(httpsOnly ? world.C : world.A, FirstWithin);
        return world;
    }

    /// <summary>Asks for a command and lets board time pass until the board says that it is done.</summary>
    private static async Task<uint> CommandAsync(UplinkWorld world, string command, int argument = 0)
    {
        using HttpResponseMessage response = await world.Service.Http.PostAsync(
            new Uri($"/api/v1/admin/beacons/{world.Board.Id}/commands", UriKind.Relative),
            JsonContent.Create(new { command, argument }));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        uint id = uint.Parse(response.Headers.Location!.ToString().Split('/')[^1], null);
        RunUntilAcknowledged(world, id);
        return id;
    }

    private static void RunUntilAcknowledged(UplinkWorld world, uint id)
    {
        world.RunUntil(
            () => IsLooked(world) && Command(world, id).Delivery.AckedAt is not null, AnsweredWithin,
            $"command {id}");
        Assert.Equal(ControlOutcome.Done, Command(world, id).Delivery.Outcome);
    }

    private static async Task ConfigureAsync(UplinkWorld world, string lines)
    {
        using HttpResponseMessage response = await world.Service.Http.PutAsync(
            new Uri($"/api/v1/admin/beacons/{world.Board.Id}/configuration", UriKind.Relative),
            new StringContent(lines));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private static void RunUntilConfigured(UplinkWorld world, uint version, ControlOutcome outcome, TimeSpan bound) =>
        world.RunUntil(
            () => IsLooked(world) && Configuration(world, version).Delivery.Outcome == outcome, bound,
            $"configuration {version} {outcome}");

    /// <summary>The service looks each second what there is to send: here each second of board time.</summary>
    private static bool IsLooked(UplinkWorld world)
    {
        world.Service.Get<ControlPush>().LookAsync(default).GetAwaiter().GetResult();
        return true;
    }

    private static CommandView Command(UplinkWorld world, uint id) =>
        Wait(world.Service.Store.GetCommandAsync(1, world.Board.Id, id, default))!;

    private static ConfigurationView Configuration(UplinkWorld world, uint version) =>
        Wait(world.Service.Store.ListConfigurationsAsync(1, world.Board.Id, default))
            .Single(configuration => configuration.Version == version);

    private static IReadOnlyList<DiagnosticsView> Diagnostics(UplinkWorld world) =>
        Wait(world.Service.Store.ListDiagnosticsAsync(1, world.Board.Id, default));

    private static BeaconView Beacon(UplinkWorld world) =>
        Wait(world.Service.Store.GetBeaconAsync(1, world.Board.Id, default))!;

    private static StatusEntry? Status(UplinkWorld world) =>
        Wait(world.Service.Store.GetStatusAsync(1, world.Board.Id, default))?.Status;

    /// <summary>Board time passes on the thread of the test, between reads of the store.</summary>
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
