using System.Security.Cryptography;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    /// <summary>Who enrols: whoever may run the command.</summary>
    private const string EnrolledBy = "enrol command";

    private const string InsertBeacon = """
        INSERT INTO beacons (beacon_id, tenant_id, key_hash, public_key, certificate, level, hardware_model, name,
        region,
            enrolled_at, eid_key_wrapped)
        VALUES (@beacon, @tenant, @hash, @key, @certificate, @level, @model, @name, @region, @now, @eid)
        ON CONFLICT DO NOTHING
        """;

    private const string SelectBeacon = """
        SELECT key_hash, tenant_id, public_key, certificate, level, hardware_model, name, region, revoked_at,
        eid_key_wrapped,
            attested_boot
        FROM beacons WHERE beacon_id = @beacon
        """;

    /// <inheritdoc/>
    public Task<EnrolOutcome> EnrolAsync(
        BeaconEnrolment enrolment, byte[] eidKeyWrapped, DateTimeOffset now, CancellationToken cancellationToken)
    {
        byte[] keyHash = SHA256.HashData(enrolment.PublicKey);
        long beacon = ToColumn(BeaconId.FromBytes(keyHash));
        return WriteAsync(
            async work =>
            {
                int added = await work.Sql(InsertBeacon)
                    .With("beacon", beacon).With("tenant", enrolment.TenantId).With("hash", keyHash)
                    .With("key", enrolment.PublicKey).With("certificate", enrolment.Certificate)
                    .With("level", (int)enrolment.Level).With("model", enrolment.HardwareModel)
                    .With("name", enrolment.Name).With("region", enrolment.Region)
                    .With("now", now).With("eid", eidKeyWrapped).ExecuteAsync();
                if (added == 0)
                {
                    byte[]? there = await work.Sql("SELECT key_hash FROM beacons WHERE beacon_id = @beacon")
                        .With("beacon", beacon).FirstAsync(row => row.Bytes(0));
                    return keyHash.AsSpan().SequenceEqual(there)
                        ? EnrolOutcome.AlreadyEnrolled
                        : EnrolOutcome.IdCollision;
                }
                await work.Sql("INSERT INTO beacon_activity (beacon_id, tenant_id) VALUES (@beacon, @tenant)")
                    .With("beacon", beacon).With("tenant", enrolment.TenantId).ExecuteAsync();
                await AuditAsync(work, AuditFact.Of(
                    now, enrolment.TenantId, AuditKind.Enrolment, ToBeaconId(beacon), EnrolledBy, "Enrolled",
                    $"{enrolment.Level}, hardware {enrolment.HardwareModel}", keyHash));
                return EnrolOutcome.Enrolled;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RegisteredBeacon?> FindBeaconAsync(BeaconId id, CancellationToken cancellationToken) => ReadAsync(
        work => work.Sql(SelectBeacon).With("beacon", ToColumn(id)).FirstAsync(row => new RegisteredBeacon(
            id,
            row.Bytes(0),
            new BeaconEnrolment(row.Int(1), row.Bytes(2), row.Bytes(3), (SecurityLevel)row.Int(4), row.Int(5),
                row.Text(6),
                row.Text(7)),
            row.TimeOrNull(8),
            row.Bytes(9),
            row.UInt(10))),
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

    /// <summary>Until the end of the transaction nobody else revokes.</summary>
    protected abstract Task OrderRevocationsAsync(SqlWork work);
}
