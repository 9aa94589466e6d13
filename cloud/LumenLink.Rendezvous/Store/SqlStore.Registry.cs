using System.Security.Cryptography;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    private const string InsertBeacon = """
        INSERT INTO beacons (beacon_id, tenant_id, key_hash, public_key, certificate, level, hardware_model, name,
        region,
            enrolled_at, eid_key_wrapped, group_id, latitude_e7, longitude_e7)
        VALUES (@beacon, @tenant, @hash, @key, @certificate, @level, @model, @name, @region, @now, @eid, @group,
            @latitude, @longitude)
        ON CONFLICT DO NOTHING
        """;

    private const string SelectBeacon = """
        SELECT key_hash, tenant_id, public_key, certificate, level, hardware_model, name, region, revoked_at,
        eid_key_wrapped,
            attested_boot, attested_at, tick_zero_unix_ms, token_boot, token_connect, token_at, before_boot,
            before_connect, group_id, latitude_e7, longitude_e7
        FROM beacons WHERE beacon_id = @beacon
        """;

    /// <inheritdoc/>
    public Task<EnrolOutcome> EnrolAsync(
        BeaconEnrolment enrolment, byte[] eidKeyWrapped, string by, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        byte[] keyHash = SHA256.HashData(enrolment.PublicKey);
        return WriteAsync(
            async work =>
            {
                EnrolmentGroup? group =
                    enrolment.GroupId is { } number ? await LockGroupAsync(work, number) : null;
                if (group is not null && await FindEnrolledAsync(work, keyHash) is { } earlier)
                    return earlier; // a board that is in needs no place
                if (group?.Admits(now) is { } refusal and not EnrolOutcome.Enrolled)
                    return refusal;
                if (!await InsertBeaconAsync(work, enrolment, keyHash, eidKeyWrapped, now))
                    return (await FindEnrolledAsync(work, keyHash))!.Value;
                if (group is not null)
                    await TakePlaceAsync(work, group.Id);
                await AuditAsync(work, AuditFact.Of(
                    now, enrolment.TenantId, AuditKind.Enrolment, BeaconId.FromBytes(keyHash), by, "Enrolled",
                    $"{enrolment.Level}, hardware {enrolment.HardwareModel}"
                        + (group is null ? "" : $", group {group.Name}"),
                    keyHash));
                return EnrolOutcome.Enrolled;
            },
            cancellationToken);
    }

    private static async Task<bool> InsertBeaconAsync(
        SqlWork work, BeaconEnrolment enrolment, byte[] keyHash, byte[] eidKeyWrapped, DateTimeOffset now)
    {
        long beacon = ToColumn(BeaconId.FromBytes(keyHash));
        int added = await work.Sql(InsertBeacon)
            .With("beacon", beacon).With("tenant", enrolment.TenantId).With("hash", keyHash)
            .With("key", enrolment.PublicKey).With("certificate", enrolment.Certificate)
            .With("level", (int)enrolment.Level).With("model", enrolment.HardwareModel)
            .With("name", enrolment.Name).With("region", enrolment.Region)
            .With("now", now).With("eid", eidKeyWrapped).With("group", enrolment.GroupId)
            .WithLocation(enrolment.Location).ExecuteAsync();
        if (added == 0)
            return false;
        await work.Sql("INSERT INTO beacon_activity (beacon_id, tenant_id) VALUES (@beacon, @tenant)")
            .With("beacon", beacon).With("tenant", enrolment.TenantId).ExecuteAsync();
        return true;
    }

    /// <summary>What another enrolment of the key came to; null when its id is free.</summary>
    private static async Task<EnrolOutcome?> FindEnrolledAsync(SqlWork work, byte[] keyHash)
    {
        byte[]? there = await work.Sql("SELECT key_hash FROM beacons WHERE beacon_id = @beacon")
            .With("beacon", ToColumn(BeaconId.FromBytes(keyHash))).FirstAsync(row => row.Bytes(0));
        return there is null ? null
            : keyHash.AsSpan().SequenceEqual(there) ? EnrolOutcome.AlreadyEnrolled
            : EnrolOutcome.IdCollision;
    }

    /// <inheritdoc/>
    public Task<RegisteredBeacon?> FindBeaconAsync(BeaconId id, CancellationToken cancellationToken) => ReadAsync(
        work => work.Sql(SelectBeacon).With("beacon", ToColumn(id)).FirstAsync(row => new RegisteredBeacon(
            id,
            row.Bytes(0),
            new BeaconEnrolment(row.Int(1), row.Bytes(2), row.Bytes(3), (SecurityLevel)row.Int(4), row.Int(5),
                row.Text(6),
                row.Text(7),
                (int?)row.LongOrNull(18), SqlLocation.Read(row, 19)),
            row.TimeOrNull(8),
            row.Bytes(9),
            row.UInt(10))
        {
            AttestedAt = row.TimeOrNull(11),
            TickZeroUnixMs = row.LongOrNull(12),
            Tokens = new AcceptedTokens(
                row.UInt(13), row.UInt(14), row.TimeOrNull(15), row.UInt(16), row.UInt(17)),
        }),
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RevokeAsync(
        BeaconId id, string requestedBy, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            if (await LockBeaconAsync(work, id) is not { } beacon)
                return false;
            if (beacon.IsRevoked)
                return true;
            await work.Sql("UPDATE beacons SET revoked_at = @now WHERE beacon_id = @beacon")
                .With("now", now).With("beacon", ToColumn(id)).ExecuteAsync();
            await work.Sql("UPDATE sessions SET ended_at = @now WHERE beacon_id = @beacon AND ended_at IS NULL")
                .With("now", now).With("beacon", ToColumn(id)).ExecuteAsync();
            await OrderRevocationsAsync(work);
            await work.Sql("""
                INSERT INTO revocations (epoch, tenant_id, beacon_id, at)
                SELECT coalesce(max(epoch), 0) + 1, @tenant, @beacon, @now FROM revocations
                """)
                .With("tenant", beacon.TenantId).With("beacon", ToColumn(id)).With("now", now).ExecuteAsync();
            await AuditAsync(work, AuditFact.Of(
                now, beacon.TenantId, AuditKind.Revocation, id, requestedBy, "Revoked"));
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<RevocationNews> ReadRevocationsAsync(
        long? epoch, int limit, CancellationToken cancellationToken) => ReadAsync(
        async work =>
        {
            if (epoch is not { } seen)
            {
                List<long> newest = await work.Sql("SELECT coalesce(max(epoch), 0) FROM revocations")
                    .ListAsync(row => row.Long(0));
                return new RevocationNews(newest[0], []);
            }

            List<(long Epoch, BeaconId Beacon)> since = await work
                .Sql("""
                    SELECT epoch, beacon_id FROM revocations WHERE epoch > @seen ORDER BY epoch LIMIT @limit
                    """)
                .With("seen", seen).With("limit", limit)
                .ListAsync(row => (row.Long(0), ToBeaconId(row.Long(1))));
            return new RevocationNews(
                since.Count == 0 ? seen : since[^1].Epoch, [.. since.Select(one => one.Beacon)]);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<PlaceOutcome> PlaceAsync(
        BeaconId id, BeaconPlace place, Func<BeaconPlace, bool>? admits, string by, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        WriteAsync(
            async work =>
            {
                if (await LockBeaconAsync(work, id) is not { } beacon)
                    return PlaceOutcome.BeaconUnknown;
                BeaconPlace? there = await work
                    .Sql("SELECT name, region, latitude_e7, longitude_e7 FROM beacons WHERE beacon_id = @beacon")
                    .With("beacon", ToColumn(id))
                    .FirstAsync(row => new BeaconPlace(row.Text(0), row.Text(1), SqlLocation.Read(row, 2)));
                if (admits is not null && !admits(there!))
                    return PlaceOutcome.Changed;
                if (there == place)
                    return PlaceOutcome.Placed;
                await work
                    .Sql("""
                        UPDATE beacons SET name = @name, region = @region, latitude_e7 = @latitude,
                            longitude_e7 = @longitude WHERE beacon_id = @beacon
                        """)
                    .With("name", place.Name).With("region", place.Region).WithLocation(place.Location)
                    .With("beacon", ToColumn(id)).ExecuteAsync();
                await AuditAsync(work, AuditFact.Of(
                    now, beacon.TenantId, AuditKind.Place, id, by, "Placed",
                    $"{place.Name}, region {place.Region}, {place.Location?.ToString() ?? "nowhere"}"));
                return PlaceOutcome.Placed;
            },
            cancellationToken);

    /// <summary>Until the end of the transaction nobody else revokes.</summary>
    protected abstract Task OrderRevocationsAsync(SqlWork work);
}
