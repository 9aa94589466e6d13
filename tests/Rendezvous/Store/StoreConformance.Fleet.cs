using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    [StoreFact]
    public async Task The_roster_has_every_tenants_beacons_in_pages_and_no_revoked_one()
    {
        List<BeaconId> enrolled = [];
        for (int i = 0; i < 7; i++)
            enrolled.Add(await EnrolAsync($"gate {i}"));
        await Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        enrolled.Add(await EnrolAsync("theirs", 2));
        BeaconId revoked = await EnrolAsync("gone");
        await Store.RevokeAsync(revoked, "test", Noon, None);
        List<RosterRow> read = [];
        IReadOnlyList<RosterRow> page;
        do
        {
            page = await Store.ListRosterAsync(read.Count == 0 ? null : read[^1].Id, 3, None);
            read.AddRange(page);
        }
        while (page.Count == 3);

        Assert.Equal(enrolled.Order(), read.Select(row => row.Id).Order());
        RosterRow theirs = read.Single(row => row.Id == enrolled[^1]);
        Assert.Equal(
            (2, "harbour", SecurityLevel.EmulatedChip, "010203"),
            (theirs.TenantId, theirs.Region, theirs.Level, Convert.ToHexString(theirs.EidKeyWrapped)));
    }

    [StoreFact]
    public async Task Who_was_enrolled_of_late_is_listed_first_come_first()
    {
        BeaconId[] late = new BeaconId[3];
        for (int i = 0; i < 4; i++)
        {
            BeaconEnrolment enrolment = NewEnrolment($"gate {i}");
            await Store.EnrolAsync(enrolment, [1], "x", Noon.AddSeconds(i), None);
            if (i > 0)
                late[i - 1] = IdOf(enrolment);
        }

        Assert.Equal(late, (await Store.ListEnrolledAsync(Noon.AddSeconds(1), 9, None)).Select(row => row.Id));
        Assert.Equal(late[..2], (await Store.ListEnrolledAsync(Noon.AddSeconds(1), 2, None)).Select(row => row.Id));
    }

    [StoreFact]
    public async Task A_standing_is_what_the_view_of_the_beacon_says_with_its_period()
    {
        BeaconId silent = await EnrolAsync("silent");
        BeaconId beacon = await EnrolWithSessionAsync();
        BeaconId revoked = await EnrolWithSessionAsync("gone");
        await Store.RevokeAsync(revoked, "test", Noon, None);
        await CommitStatusAsync(
            beacon, 1, (1, new StatusEntry(0, 1, 2, 3, 4, 5, 6, 7, 8, -9, 1, "1.0")
            {
                Details = new StatusDetailValues { EidPeriod = 1_706_742 },
            }));
        await Store.RaiseAlarmAsync(1, beacon, AlarmKind.EarlierBoot, "", 1, Noon, None);
        IReadOnlyList<StandingRow> standings = await Store.ListStandingsAsync(null, 10, None);
        Assert.Equal(new[] { silent, beacon }.Order(), standings.Select(row => row.Id).Order());
        foreach (StandingRow row in standings)
        {
            BeaconView view = (await Store.GetBeaconAsync(1, row.Id, None))!;
            Assert.Equal((view.Region, view.Standing), (row.Region, row.Standing));
            Assert.Equal(row.Id == beacon ? 1_706_742u : null, row.EidPeriod);
        }

        Assert.True(standings.Single(row => row.Id == beacon).Standing is
        {
            LastSeenAt: not null, AttestedUntil: not null, LastOutcome: AttestationOutcome.Accepted,
            OpenAlarms: not AlarmKinds.None,
        });
        Assert.Equal(
            standings[1].Id, Assert.Single(await Store.ListStandingsAsync(standings[0].Id, 10, None)).Id);
    }
}
