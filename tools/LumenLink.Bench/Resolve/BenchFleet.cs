using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using Npgsql;
using NpgsqlTypes;

namespace LumenLink.Bench.Resolve;

/// <summary>A fleet of beacons with secrets of their own, made anew from its number alone.</summary>
internal static class BenchFleet
{
    private const int CertificateBytes = 400;
    private const int KeyBytes = 64;

    /// <summary>The beacons in memory, as the service has them once their secrets are opened.</summary>
    public static FleetBeacon[] InMemory(int count)
    {
        var beacons = new FleetBeacon[count];
        Parallel.For(0, count, i =>
        {
            var id = IdOf(i);
            beacons[i] = new FleetBeacon(
                id, 1, SecurityLevel.SecureElement,
                EidClock.Read(SecretOf(i)) ?? throw new BenchException("A secret cannot be read."));
        });
        return beacons;
    }

    /// <summary>Puts them into a database, each attested and heard from a moment ago.</summary>
    public static async Task StoreAsync(NpgsqlConnection owner, int count, SecretBox box)
    {
        DateTime now = DateTime.UtcNow;
        byte[][] sealedSecrets = new byte[count][];
        Parallel.For(0, count, i => sealedSecrets[i] = box.Seal(GrantWriter.EidPurpose(IdOf(i)), SecretOf(i)));
        byte[] certificate = RandomNumberGenerator.GetBytes(CertificateBytes);
        await using (NpgsqlBinaryImporter copy = await owner.BeginBinaryImportAsync(
            """
            COPY beacons (beacon_id, tenant_id, key_hash, public_key, certificate, level, hardware_model, name, region,
                enrolled_at, eid_key_wrapped, attested_boot, attested_at, last_outcome, last_outcome_at)
            FROM STDIN (FORMAT binary)
            """))
        {
            byte[] key = new byte[KeyBytes];
            for (int i = 0; i < count; i++)
            {
                BitConverter.TryWriteBytes(key, i);
                await copy.StartRowAsync();
                copy.Write(ColumnOf(i), NpgsqlDbType.Bigint);
                copy.Write(1, NpgsqlDbType.Integer);
                copy.Write(SHA256.HashData(key), NpgsqlDbType.Bytea);
                copy.Write(key, NpgsqlDbType.Bytea);
                copy.Write(certificate, NpgsqlDbType.Bytea);
                copy.Write((short)SecurityLevel.SecureElement, NpgsqlDbType.Smallint);
                copy.Write(1, NpgsqlDbType.Integer);
                copy.Write($"beacon {i}", NpgsqlDbType.Text);
                copy.Write($"region-{i % 100}", NpgsqlDbType.Text);
                copy.Write(now, NpgsqlDbType.TimestampTz);
                copy.Write(sealedSecrets[i], NpgsqlDbType.Bytea);
                copy.Write(1L, NpgsqlDbType.Bigint);
                copy.Write(now, NpgsqlDbType.TimestampTz);
                copy.Write((short)AttestationOutcome.Accepted, NpgsqlDbType.Smallint);
                copy.Write(now, NpgsqlDbType.TimestampTz);
            }

            await copy.CompleteAsync();
        }

        await RunAsync(owner, "INSERT INTO beacon_activity (beacon_id, tenant_id, last_seen_at) "
            + "SELECT beacon_id, 1, now() FROM beacons");
        await RunAsync(owner, "INSERT INTO sessions (tenant_id, beacon_id, session_id, boot, keys_wrapped, created_at, "
            + "expires_at, tick_zero_unix_ms) "
            + "SELECT 1, beacon_id, 1, 1, '', now(), now() + interval '12 hours', 0 FROM beacons");
        await RunAsync(owner, "VACUUM ANALYZE beacons");
        await RunAsync(owner, "VACUUM ANALYZE sessions");
        await RunAsync(owner, "VACUUM ANALYZE beacon_activity");
    }

    private static BeaconId IdOf(int index) =>
        new(BitConverter.ToUInt64(SHA256.HashData(BitConverter.GetBytes(index))));

    private static long ColumnOf(int index) => unchecked((long)IdOf(index).Value);

    private static byte[] SecretOf(int index)
    {
        byte[] hash = SHA256.HashData(BitConverter.GetBytes(~index));
        return [.. hash[..WireSizes.Aes], TrustPolicy.EidExponent, .. hash[WireSizes.Aes..(WireSizes.Aes + 3)], 0];
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
