using System.Text;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    private static DateTimeOffset Later => Noon + ControlPolicy.ResendAfter;

    [StoreFact]
    public async Task Commands_rise_and_are_listed_newest_first()
    {
        BeaconId beacon = await EnrolAsync();
        BeaconId other = await EnrolAsync("south gate");
        Assert.Equal(1u, (await CommandAsync(beacon, BeaconCommand.Identify, 30)).Id);
        Assert.Equal(2u, (await CommandAsync(beacon, BeaconCommand.Reboot)).Id);
        Assert.Equal(1u, (await CommandAsync(other, BeaconCommand.Rescan)).Id);
        IReadOnlyList<CommandView> all = await Store.ListCommandsAsync(1, beacon, null, 9, None);
        Assert.Equal([2u, 1u], all.Select(command => command.Id));
        Assert.Equal(
            new CommandView(1, BeaconCommand.Identify, 30, Noon.AddHours(1), DeliveryState.New(Noon, "somebody")),
            all[1]);
        Assert.Equal(all[1], Assert.Single(await Store.ListCommandsAsync(1, beacon, 2, 9, None)));
        Assert.Equal(all[0], Assert.Single(await Store.ListCommandsAsync(1, beacon, null, 1, None)));
        Assert.Equal(all[0], await Store.GetCommandAsync(1, beacon, 2, None));
        Assert.Null(await Store.GetCommandAsync(1, beacon, 3, None));
        Assert.Empty(await Store.ListCommandsAsync(2, beacon, null, 9, None));
    }

    [StoreFact]
    public async Task Only_the_owners_beacons_that_are_not_revoked_are_commanded()
    {
        BeaconId beacon = await EnrolAsync();
        Assert.Equal(ControlRequestOutcome.BeaconUnknown, await OutcomeAsync(new BeaconId(beacon.Value ^ 1), 1));
        Assert.Equal(ControlRequestOutcome.BeaconUnknown, await OutcomeAsync(beacon, 2));
        await Store.RevokeAsync(beacon, "test", Noon, None);
        Assert.Equal(ControlRequestOutcome.BeaconRevoked, await OutcomeAsync(beacon, 1));
        Assert.Equal(0, await Database.CountAsync("commands"));
        Assert.Equal(0, await Database.CountAsync("configurations"));

        async Task<ControlRequestOutcome> OutcomeAsync(BeaconId id, int tenant)
        {
            ControlRequestOutcome outcome = (await Store.AddCommandAsync(
                tenant, id, BeaconCommand.Reboot, 0, Noon.AddHours(1), "somebody", Noon, None)).Outcome;
            Assert.Equal(outcome, (await Store.AddConfigurationAsync(
                tenant, id, "", _ => [1], "somebody", Noon, None)).Outcome);
            return outcome;
        }
    }

    [StoreFact]
    public async Task Of_configurations_that_were_decided_upon_the_same_one_is_added()
    {
        BeaconId beacon = await EnrolAsync();
        await ConfigureAsync(beacon);
        List<ControlRequestOutcome> outcomes = await AtOnceAsync(4, async (store, _) =>
            (await store.AddConfigurationAsync(1, beacon, "", Sign, "somebody", Noon, None, after: 1)).Outcome);
        Assert.Single(outcomes, ControlRequestOutcome.Added);
        Assert.Equal(3, outcomes.Count(outcome => outcome == ControlRequestOutcome.Changed));
        Assert.Equal(2, await Database.CountAsync("configurations"));
    }

    [StoreFact]
    public async Task So_many_commands_wait_and_the_next_when_one_is_over()
    {
        BeaconId beacon = await EnrolAsync();
        for (int i = 0; i < ControlPolicy.PendingCommands; i++)
            await CommandAsync(beacon, BeaconCommand.Rescan);
        (ControlRequestOutcome outcome, CommandView? refused) = await Store.AddCommandAsync(
            1, beacon, BeaconCommand.Rescan, 0, Noon.AddHours(1), "somebody", Noon, None);
        Assert.Equal((ControlRequestOutcome.TooManyPending, null), (outcome, refused));
        Assert.Equal(17u, (await CommandAsync(beacon, BeaconCommand.Rescan, at: Noon.AddHours(1))).Id);
    }

    [StoreFact]
    public async Task Of_many_that_add_at_once_each_gets_a_number_of_its_own()
    {
        BeaconId beacon = await EnrolAsync();
        List<uint> ids = await AtOnceAsync(8, async (store, _) => (await store.AddCommandAsync(
            1, beacon, BeaconCommand.Rescan, 0, Noon.AddHours(1), "somebody", Noon, None)).Command!.Id);
        Assert.Equal(Range(1, 8), ids.Order());
        List<uint> versions = await AtOnceAsync(8, async (store, _) => (await store.AddConfigurationAsync(
            1, beacon, "", Sign, "somebody", Noon, None)).Configuration!.Version);
        Assert.Equal(Range(1, 8), versions.Order());
    }

    [StoreFact]
    public async Task Nothing_is_claimed_under_a_session_that_is_not_confirmed_or_ended()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await CommandAsync(beacon, BeaconCommand.Reboot);
        await ConfigureAsync(beacon);
        Assert.Equal(ControlDue.Nothing, await ClaimAsync(beacon));
        Assert.Equal(0, await Database.CountAsync("commands WHERE sent_count > 0"));
        await CommitAsync(beacon, 1, 1, [1]);
        Assert.Equal(ControlDue.Nothing, await ClaimAsync(beacon, session: FirstSession + 1));
        Assert.NotNull((await ClaimAsync(beacon)).Command);
        await Store.EndSessionAsync(beacon, FirstSession, Noon, None);
        Assert.Equal(ControlDue.Nothing, await ClaimAsync(beacon, Later));
    }

    [StoreFact]
    public async Task Commands_are_claimed_one_at_a_time_in_order_and_again_only_later()
    {
        BeaconId beacon = await EnrolConfirmedAsync();
        await CommandAsync(beacon, BeaconCommand.Identify);
        await CommandAsync(beacon, BeaconCommand.Reboot);
        Assert.Equal([beacon], await Store.ListControlDueAsync(Noon, 9, None));
        Assert.Equal(1u, (await ClaimAsync(beacon)).Command!.Id);
        Assert.Empty(await Store.ListControlDueAsync(Noon, 9, None));
        Assert.Null((await ClaimAsync(beacon, Later.AddMilliseconds(-1))).Command);
        Assert.Equal([beacon], await Store.ListControlDueAsync(Later, 9, None));
        Assert.Equal(1u, (await ClaimAsync(beacon, Later)).Command!.Id);
        Assert.Equal(ControlAckOutcome.Noted, await AckAsync(beacon, ControlSubject.Command, 1, at: Later));
        Assert.Equal(2u, (await ClaimAsync(beacon, Later)).Command!.Id);
        CommandView first = (await Store.GetCommandAsync(1, beacon, 1, None))!;
        Assert.Equal(
            (2, (DateTimeOffset?)Later, (DateTimeOffset?)Later, (ControlOutcome?)ControlOutcome.Done),
            (first.Delivery.SentCount, first.Delivery.SentAt, first.Delivery.AckedAt, first.Delivery.Outcome));
    }

    [StoreFact]
    public async Task What_expired_is_not_claimed_and_does_not_hold_up_the_next()
    {
        BeaconId beacon = await EnrolConfirmedAsync();
        await CommandAsync(beacon, BeaconCommand.Identify, expires: Noon.AddSeconds(10));
        await CommandAsync(beacon, BeaconCommand.Reboot, expires: Noon.AddSeconds(20));
        await ClaimAsync(beacon);
        Assert.Equal([beacon], await Store.ListControlDueAsync(Noon.AddSeconds(10), 9, None));
        Assert.Equal(2u, (await ClaimAsync(beacon, Noon.AddSeconds(10))).Command!.Id);
        Assert.Empty(await Store.ListControlDueAsync(Noon.AddHours(1), 9, None));
        Assert.Null((await ClaimAsync(beacon, Noon.AddHours(1))).Command);
        Assert.Equal(ControlAckOutcome.Noted, await AckAsync(beacon, ControlSubject.Command, 1, at: Noon.AddHours(1)));
    }

    [StoreFact]
    public async Task Of_replicas_that_claim_at_once_one_sends()
    {
        BeaconId beacon = await EnrolConfirmedAsync();
        await CommandAsync(beacon, BeaconCommand.Reboot);
        await ConfigureAsync(beacon);
        List<ControlDue> claims = await AtOnceAsync(
            8, (store, _) => store.ClaimControlAsync(beacon, FirstSession, Noon, None));
        Assert.Single(claims, claim => claim.Command is not null);
        Assert.Single(claims, claim => claim.SignedConfiguration is not null);
    }

    [StoreFact]
    public async Task The_first_acknowledgement_of_a_command_counts()
    {
        BeaconId beacon = await EnrolConfirmedAsync();
        await CommandAsync(beacon, BeaconCommand.Reboot);
        Assert.Equal(ControlAckOutcome.Unknown, await AckAsync(beacon, ControlSubject.Command, 1));
        await ClaimAsync(beacon);
        Assert.Equal(ControlAckOutcome.Unknown, await AckAsync(beacon, ControlSubject.Command, 2));
        Assert.Equal(ControlAckOutcome.Unknown, await AckAsync(beacon, ControlSubject.Configuration, 1));
        Assert.Equal(
            ControlAckOutcome.Noted,
            await AckAsync(beacon, ControlSubject.Command, 1, ControlOutcome.ArgumentInvalid, "argument"));
        Assert.Equal(ControlAckOutcome.Repeated, await AckAsync(beacon, ControlSubject.Command, 1, at: Later));
        CommandView command = (await Store.GetCommandAsync(1, beacon, 1, None))!;
        Assert.Equal(
            (ControlOutcome.ArgumentInvalid, "argument", (DateTimeOffset?)Noon),
            (command.Delivery.Outcome, command.Delivery.Detail, command.Delivery.AckedAt));
    }

    [StoreFact]
    public async Task A_configuration_goes_on_from_accepted_once_and_a_newer_one_closes_it()
    {
        BeaconId beacon = await EnrolConfirmedAsync();
        await ConfigureAsync(beacon, "region=a\n");
        byte[] signed = (await ClaimAsync(beacon)).SignedConfiguration!;
        Assert.Equal("signed 1", Encoding.ASCII.GetString(signed));
        await AckConfigurationAsync(1, ControlOutcome.Accepted, ControlAckOutcome.Noted);
        await AckConfigurationAsync(1, ControlOutcome.Accepted, ControlAckOutcome.Repeated);
        Assert.Empty(await Store.ListControlDueAsync(Later, 9, None));
        Assert.Null((await ClaimAsync(beacon, Later)).SignedConfiguration);
        DateTimeOffset ask = Noon + ControlPolicy.AskAgainAfter;
        Assert.Equal([beacon], await Store.ListControlDueAsync(ask, 9, None));
        Assert.NotNull((await ClaimAsync(beacon, ask)).SignedConfiguration);
        await AckConfigurationAsync(1, ControlOutcome.RolledBack, ControlAckOutcome.Noted);
        await AckConfigurationAsync(1, ControlOutcome.Done, ControlAckOutcome.Repeated);
        Assert.Empty(await Store.ListControlDueAsync(Noon.AddDays(1), 9, None));

        await ConfigureAsync(beacon, "region=b\n");
        await ConfigureAsync(beacon, "region=c\n");
        Assert.Equal("signed 3", Encoding.ASCII.GetString((await ClaimAsync(beacon, ask)).SignedConfiguration!));
        await AckConfigurationAsync(3, ControlOutcome.Done, ControlAckOutcome.Noted);
        await AckConfigurationAsync(2, ControlOutcome.VersionNotRising, ControlAckOutcome.Unknown);
        Assert.Null((await ClaimAsync(beacon, Noon.AddDays(1))).SignedConfiguration);
        IReadOnlyList<ConfigurationView> all = await Store.ListConfigurationsAsync(1, beacon, None);
        Assert.Equal(
            [(3u, ControlOutcome.Done), (2, null), (1, ControlOutcome.RolledBack)],
            all.Select(view => (view.Version, view.Delivery.Outcome)));
        Assert.Equal("region=c\n", all[0].Text);

        async Task AckConfigurationAsync(uint version, ControlOutcome outcome, ControlAckOutcome expected) =>
            Assert.Equal(expected, await AckAsync(beacon, ControlSubject.Configuration, version, outcome));
    }

    [StoreFact]
    public async Task A_version_is_above_what_the_beacon_says_is_in_effect_and_so_many_are_kept()
    {
        BeaconId beacon = await EnrolConfirmedAsync();
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 2, []);
        AddRecord(batch, 2, 2);
        batch.Statuses.Add(new StatusEntry(
            0, 0, 0, 0, 0, 0, 0, null, null, null, 1, "1", new StatusDetailValues { ConfigVersion = 41 }));
        await Store.CommitAsync(batch, Noon, None);
        for (uint i = 0; i <= ControlPolicy.ConfigurationsKept; i++)
            Assert.Equal(42 + i, (await ConfigureAsync(beacon)).Version);
        Assert.Equal(
            Range(43, 42 + ControlPolicy.ConfigurationsKept).Reverse(),
            (await Store.ListConfigurationsAsync(1, beacon, None)).Select(view => view.Version));
    }

    [StoreFact]
    public async Task One_that_was_in_effect_is_sent_again_when_the_boot_that_attested_last_tells_a_lower_version()
    {
        BeaconId beacon = await EnrolConfirmedAsync();
        await ConfigureAsync(beacon, "region=a\n");
        await EndAsync(1, ControlOutcome.Done);
        await ConfigureAsync(beacon, "region=b\n");
        await TellAsync(boot: 9, sequence: 2, version: 1);
        await EndAsync(2, ControlOutcome.Done);

        await TellAsync(boot: 9, sequence: 3, version: 2);
        await TellAsync(boot: 8, sequence: 4, version: 1);
        Assert.Empty(await Store.ListControlDueAsync(Noon.AddDays(1), 9, None));
        await TellAsync(boot: 9, sequence: 4, version: null);
        Assert.Empty(await Store.ListControlDueAsync(Noon, 9, None));
        Assert.Equal([beacon], await Store.ListControlDueAsync(Later, 9, None));
        Assert.Equal("signed 2", Encoding.ASCII.GetString((await ClaimAsync(beacon, Later)).SignedConfiguration!));
        Assert.Equal(
            ControlAckOutcome.Noted,
            await AckAsync(beacon, ControlSubject.Configuration, 2, ControlOutcome.Accepted));
        await TellAsync(boot: 9, sequence: 5, version: null);
        Assert.Empty(await Store.ListControlDueAsync(Later.AddMinutes(1), 9, None));
        Assert.Equal(
            ControlAckOutcome.Noted,
            await AckAsync(beacon, ControlSubject.Configuration, 2, ControlOutcome.RolledBack));

        await TellAsync(boot: 9, sequence: 6, version: null);
        Assert.Empty(await Store.ListControlDueAsync(Noon.AddDays(1), 9, None));

        async Task EndAsync(uint version, ControlOutcome outcome)
        {
            Assert.NotNull((await ClaimAsync(beacon)).SignedConfiguration);
            await AckAsync(beacon, ControlSubject.Configuration, version, outcome);
        }

        async Task TellAsync(uint boot, uint sequence, uint? version)
        {
            var batch = new IngestBatch();
            AddFrame(batch, beacon, boot, sequence, []);
            AddRecord(batch, sequence, 2);
            batch.Statuses.Add(new StatusEntry(
                0, 0, 0, 0, 0, 0, 0, null, null, null, 1, "1", new StatusDetailValues { ConfigVersion = version }));
            await Store.CommitAsync(batch, Noon, None);
        }
    }

    [StoreFact]
    public async Task An_acknowledgement_confirms_its_session_and_one_that_ended_says_nothing()
    {
        BeaconId beacon = await EnrolConfirmedAsync();
        await CommandAsync(beacon, BeaconCommand.Reattest);
        await ClaimAsync(beacon);
        await GrantAsync(beacon, FirstSession + 1);
        Assert.Equal(
            ControlAckOutcome.Noted, await AckAsync(beacon, ControlSubject.Command, 1, session: FirstSession + 1));
        Assert.Null(await Store.FindSessionAsync(beacon, FirstSession, None));
        Assert.Equal(ControlAckOutcome.SessionEnded, await AckAsync(beacon, ControlSubject.Command, 1));
        await CommandAsync(beacon, BeaconCommand.Rescan);
        Assert.Equal(2u, (await ClaimAsync(beacon, session: FirstSession + 1)).Command!.Id);
        await Store.RevokeAsync(beacon, "test", Noon, None);
        Assert.Equal(
            ControlAckOutcome.Revoked, await AckAsync(beacon, ControlSubject.Command, 2, session: FirstSession + 1));
        Assert.Null((await Store.GetCommandAsync(1, beacon, 2, None))!.Delivery.Outcome);
    }

    [StoreFact]
    public async Task Old_commands_go_but_never_the_last_so_that_ids_rise_for_ever()
    {
        BeaconId beacon = await EnrolAsync();
        await CommandAsync(beacon, BeaconCommand.Identify);
        await CommandAsync(beacon, BeaconCommand.Identify);
        DateTimeOffset end = Noon + ControlPolicy.CommandsKept;
        Assert.Equal(0, await Store.PruneControlAsync(end, None));
        Assert.Equal(1, await Store.PruneControlAsync(end.AddMilliseconds(1), None));
        Assert.Equal(3u, (await CommandAsync(beacon, BeaconCommand.Identify, at: end)).Id);
    }

    [StoreFact]
    public async Task Diagnostics_are_stored_once_and_the_newest_are_kept_for_a_while()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 1, []);
        foreach (uint sequence in Range(1, ControlPolicy.DiagnosticsKept + 2))
        {
            AddRecord(batch, sequence, 3);
            batch.Diagnostics.Add(new DiagnosticsEntry(batch.Records.Count - 1, 77, $"number {sequence}\n"));
        }

        await Store.CommitAsync(batch, Noon, None);
        await Store.CommitAsync(batch, Noon.AddMinutes(1), None);
        Assert.DoesNotContain(true, NewOf(batch));
        IReadOnlyList<DiagnosticsView> kept = await Store.ListDiagnosticsAsync(1, beacon, None);
        Assert.Equal(
            Range(3, ControlPolicy.DiagnosticsKept + 2).Reverse(), kept.Select(diagnostics => diagnostics.Sequence));
        Assert.Equal(new DiagnosticsView(1, 18, 77, Noon, "number 18\n"), kept[0]);
        Assert.Empty(await Store.ListDiagnosticsAsync(2, beacon, None));
        await Store.RetainAsync(Noon.AddDays(9), Week, None);
        Assert.Empty(await Store.ListDiagnosticsAsync(1, beacon, None));
    }

    /// <summary>A row in each table of control, for a tenant.</summary>
    private protected async Task AddControlAsync(BeaconId beacon, int tenant)
    {
        await Store.AddCommandAsync(
            tenant, beacon, BeaconCommand.Reboot, 0, Noon.AddHours(1), "somebody", Noon, None);
        await Store.AddConfigurationAsync(tenant, beacon, "", Sign, "somebody", Noon, None);
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 9, [], tenant: tenant);
        AddRecord(batch, 9, 3);
        batch.Diagnostics.Add(new DiagnosticsEntry(0, 77, "a\n"));
        await Store.CommitAsync(batch, Noon, None);
    }

    private static byte[] Sign(uint version) => Encoding.ASCII.GetBytes($"signed {version}");

    private async Task<BeaconId> EnrolConfirmedAsync()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await CommitAsync(beacon, 1, 1, [1]);
        return beacon;
    }

    private async Task<CommandView> CommandAsync(
        BeaconId beacon, BeaconCommand command, ushort argument = 0, DateTimeOffset? at = null,
        DateTimeOffset? expires = null)
    {
        DateTimeOffset now = at ?? Noon;
        return (await Store.AddCommandAsync(
            1, beacon, command, argument, expires ?? now.AddHours(1), "somebody", now, None)).Command!;
    }

    private async Task<ConfigurationView> ConfigureAsync(BeaconId beacon, string text = "") =>
        (await Store.AddConfigurationAsync(1, beacon, text, Sign, "somebody", Noon, None)).Configuration!;

    private Task<ControlDue> ClaimAsync(
        BeaconId beacon, DateTimeOffset? at = null, uint session = FirstSession) =>
        Store.ClaimControlAsync(beacon, session, at ?? Noon, None);

    private Task<ControlAckOutcome> AckAsync(
        BeaconId beacon, ControlSubject subject, uint number, ControlOutcome outcome = ControlOutcome.Done,
        string detail = "", DateTimeOffset? at = null, uint session = FirstSession) => Store.AcknowledgeAsync(
        new ControlAck(beacon, session, subject, number, outcome, detail), at ?? Noon, None);
}
