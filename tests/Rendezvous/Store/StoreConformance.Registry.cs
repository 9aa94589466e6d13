using System.Data.Common;
using System.Security.Cryptography;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    [StoreFact]
    public async Task A_migrated_store_is_healthy() => Assert.Equal(StoreHealth.Ok, await Store.CheckAsync(None));

    [StoreFact]
    public async Task Another_schema_version_is_named()
    {
        await Database.ExecuteAsync("UPDATE schema_versions SET version = version + 100");
        Assert.Equal(StoreHealth.SchemaTooNew, await Store.CheckAsync(None));
        await Database.ExecuteAsync("DELETE FROM schema_versions");
        Assert.Equal(StoreHealth.SchemaTooOld, await Store.CheckAsync(None));
    }

    [StoreFact]
    public async Task A_newer_schema_that_only_adds_is_served_and_one_that_takes_away_is_not()
    {
        await AddVersionAsync(1, "expands: a table");
        await AddVersionAsync(2, "expands: a column");
        Assert.Equal(StoreHealth.Ok, await Store.CheckAsync(None));
        await AddVersionAsync(3, "a column goes");
        await AddVersionAsync(4, "expands: another table");
        Assert.Equal(StoreHealth.SchemaTooNew, await Store.CheckAsync(None));

        async Task AddVersionAsync(int newer, string what) => await Database.ExecuteAsync(
            $"INSERT INTO schema_versions (version, description) VALUES ({SchemaVersion.Current + newer}, '{what}')");
    }

    [StoreFact]
    public async Task Additions_do_not_stand_in_for_what_this_build_needs()
    {
        await Database.ExecuteAsync($"""
            UPDATE schema_versions SET version = 999, description = 'expands: all'
            WHERE version = {SchemaVersion.Current}
            """);
        Assert.Equal(StoreHealth.SchemaTooOld, await Store.CheckAsync(None));
    }

    [StoreFact]
    public async Task An_enrolled_beacon_is_found_as_it_was_enrolled()
    {
        BeaconEnrolment enrolment = NewEnrolment();
        await Store.EnrolAsync(enrolment, [9, 8, 7], "x", Noon, None);
        RegisteredBeacon? found = await Store.FindBeaconAsync(IdOf(enrolment), None);
        Assert.NotNull(found);
        Assert.Equal(IdOf(enrolment), found.Id);
        Assert.Equal(SHA256.HashData(enrolment.PublicKey), found.KeyHash);
        Assert.Equal(enrolment.PublicKey, found.Enrolment.PublicKey);
        Assert.Equal(enrolment.Certificate, found.Enrolment.Certificate);
        Assert.Equal(
            enrolment with { PublicKey = found.Enrolment.PublicKey, Certificate = found.Enrolment.Certificate },
            found.Enrolment);
        Assert.Null(found.RevokedAt);
        Assert.Equal(new byte[] { 9, 8, 7 }, found.EidKeyWrapped);
        Assert.Equal(0u, found.HighestAttestedBoot);
        Assert.Null(await Store.FindBeaconAsync(new BeaconId(IdOf(enrolment).Value ^ 1), None));
    }

    [StoreFact]
    public async Task A_location_is_kept_to_the_last_unit_and_a_place_is_changed_as_a_whole()
    {
        GeoPoint[] corners = [new(900_000_000, 1_800_000_000), new(-900_000_000, -1_800_000_000), new(0, 0)];
        foreach (GeoPoint corner in corners)
        {
            BeaconEnrolment enrolment = NewEnrolment() with { Location = corner };
            await Store.EnrolAsync(enrolment, [1], "x", Noon, None);
            BeaconId id = IdOf(enrolment);
            Assert.Equal(corner, (await Store.FindBeaconAsync(id, None))!.Enrolment.Location);
            Assert.Equal(corner, (await Store.GetBeaconAsync(1, id, None))!.Location);
            BeaconPlace place = new("roof", "", new GeoPoint(-1, 1));
            Assert.Equal(PlaceOutcome.Placed, await Store.PlaceAsync(id, place, null, "y", Noon, None));
            Assert.Equal(PlaceOutcome.Placed, await Store.PlaceAsync(id, place, null, "y", Noon, None));
            BeaconEnrolment moved = (await Store.FindBeaconAsync(id, None))!.Enrolment;
            Assert.Equal(place, new BeaconPlace(moved.Name, moved.Region, moved.Location));
            Assert.Equal(
                PlaceOutcome.Placed,
                await Store.PlaceAsync(id, place with { Location = null }, place.Equals, "y", Noon, None));
            Assert.Equal(
                PlaceOutcome.Changed, await Store.PlaceAsync(id, place, place.Equals, "y", Noon, None));
            Assert.Null((await Store.GetBeaconAsync(1, id, None))!.Location);
        }

        Assert.Equal(6, await Database.CountAsync("audit_entries WHERE kind = 'place' AND actor = 'y'"));
        Assert.Equal(
            PlaceOutcome.BeaconUnknown,
            await Store.PlaceAsync(new BeaconId(7), new BeaconPlace("a", "b", null), null, "y", Noon, None));
    }

    [StoreFact]
    public async Task The_database_takes_no_place_that_is_nowhere()
    {
        BeaconId beacon = await EnrolAsync();
        string[] nowhere =
        [
            "latitude_e7 = 1", "longitude_e7 = 1", "latitude_e7 = 900000001, longitude_e7 = 0",
            "latitude_e7 = 0, longitude_e7 = -1800000001",
        ];
        foreach (string set in nowhere)
            await Assert.ThrowsAnyAsync<DbException>(() => Database.ExecuteAsync($"UPDATE beacons SET {set}"));
        Assert.Null((await Store.GetBeaconAsync(1, beacon, None))!.Location);
    }

    [StoreFact]
    public async Task A_second_enrolment_of_a_key_changes_nothing()
    {
        BeaconEnrolment enrolment = NewEnrolment();
        await Store.EnrolAsync(enrolment, [1], "x", Noon, None);
        EnrolOutcome again = await Store.EnrolAsync(enrolment with { Name = "other" }, [2], "x", Noon, None);
        RegisteredBeacon? found = await Store.FindBeaconAsync(IdOf(enrolment), None);
        Assert.Equal(EnrolOutcome.AlreadyEnrolled, again);
        Assert.Equal(enrolment.Name, found!.Enrolment.Name);
        Assert.Equal(new byte[] { 1 }, found.EidKeyWrapped);
    }

    [StoreFact]
    public async Task Another_key_with_the_same_id_is_refused()
    {
        BeaconEnrolment enrolment = NewEnrolment();
        await Store.EnrolAsync(enrolment, [1], "x", Noon, None);
        await Database.ExecuteAsync(Store.Engine == "sqlite"
            ? "UPDATE beacons SET key_hash = randomblob(32)"
            : "UPDATE beacons SET key_hash = sha256(key_hash)");
        Assert.Equal(EnrolOutcome.IdCollision, await Store.EnrolAsync(enrolment, [2], "x", Noon, None));
    }

    [StoreFact]
    public async Task A_revoked_beacon_stays_revoked_and_its_sessions_end()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        Assert.True(await Store.RevokeAsync(beacon, "test", Noon.AddSeconds(1), None));
        Assert.True(await Store.RevokeAsync(beacon, "test", Noon.AddSeconds(9), None));
        Assert.Equal(Noon.AddSeconds(1), (await Store.FindBeaconAsync(beacon, None))!.RevokedAt);
        Assert.Null(await Store.FindSessionAsync(beacon, FirstSession, None));
        Assert.False(await Store.RevokeAsync(new BeaconId(beacon.Value ^ 1), "test", Noon, None));
    }

    [StoreFact]
    public async Task Revocations_are_told_in_their_order_and_once_each()
    {
        BeaconId[] beacons = [await EnrolAsync("one"), await EnrolAsync("two"), await EnrolAsync("three")];
        Assert.Equal(0, (await Store.ReadRevocationsAsync(null, 9, None)).Epoch);
        await Store.RevokeAsync(beacons[1], "test", Noon, None);
        await Store.RevokeAsync(beacons[1], "test", Noon, None);
        RevocationNews now = await Store.ReadRevocationsAsync(null, 9, None);
        Assert.Equal((1, 0), (now.Epoch, now.Beacons.Count));
        await Store.RevokeAsync(beacons[2], "test", Noon, None);
        await Store.RevokeAsync(beacons[0], "test", Noon, None);
        RevocationNews first = await Store.ReadRevocationsAsync(now.Epoch, 1, None);
        RevocationNews second = await Store.ReadRevocationsAsync(first.Epoch, 9, None);
        Assert.Equal([beacons[2]], first.Beacons);
        Assert.Equal([beacons[0]], second.Beacons);
        Assert.Equal(second.Epoch, (await Store.ReadRevocationsAsync(null, 9, None)).Epoch);
        RevocationNews none = await Store.ReadRevocationsAsync(second.Epoch, 9, None);
        Assert.Equal((second.Epoch, 0), (none.Epoch, none.Beacons.Count));
    }

    /// <summary>Who reads while others revoke misses none: an epoch never appears behind one that was read.</summary>
    [StoreFact]
    public async Task Revocations_at_once_are_all_seen_by_who_reads_meanwhile()
    {
        const int Count = 24;
        List<BeaconId> beacons = [];
        for (int i = 0; i < Count; i++)
            beacons.Add(await EnrolAsync($"beacon {i}"));
        Task revoking = AtOnceAsync(Count, (store, i) => store.RevokeAsync(beacons[i], "test", Noon, None));
        List<BeaconId> seen = [];
        long epoch = 0;
        while (seen.Count < Count)
        {
            bool isLast = revoking.IsCompleted;
            RevocationNews news = await Store.ReadRevocationsAsync(epoch, 3, None);
            seen.AddRange(news.Beacons);
            epoch = news.Epoch;
            Assert.False(isLast && news.Beacons.Count == 0, $"{seen.Count} of {Count} were seen");
        }

        await revoking;
        Assert.Equal(beacons.Order(), seen.Order());
    }
}
