using System.Buffers.Binary;
using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Trust;

/// <summary>A session that will be granted when its verdict commits.</summary>
/// <param name="Session">The row to commit.</param>
/// <param name="Frame">The AttestationResult, secrets encrypted, its tag still to be put in.</param>
internal sealed record Grant(SessionRow Session, byte[] Frame);

/// <summary>Prepares the session and the AttestationResult of an accepted Evidence, secrets included.</summary>
internal sealed class GrantWriter(SecretBox box, PseudonymKeys pseudonymKeys, SessionCache sessions)
{
    /// <summary>Purpose under which a beacon's EID secret is sealed: key 16, exponent u8, clock offset u32.</summary>
    public static string EidPurpose(BeaconId beacon) => $"eid/{beacon}";

    /// <summary>Everything that can fail, done before the commit.</summary>
    public async ValueTask<Grant> PrepareAsync(
        RegisteredBeacon beacon, EvidenceFrame evidence, SessionKeys keys, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        uint id = NewId();
        SessionRow row = new(
            beacon.Id, beacon.Enrolment.TenantId, id, evidence.Boot, sessions.Wrap(beacon.Id, id, keys), now,
            now + TrustPolicy.SessionLifetime, ClonePolicy.TickZero(now, evidence.UptimeMs));
        AttestationResultFrame result = new()
        {
            SessionId = id,
            ServiceUnixMs = now.ToUnixTimeMilliseconds(),
            LifetimeSeconds = (uint)TrustPolicy.SessionLifetime.TotalSeconds,
        };
        Add(result, SecretId.EidKey, box.Open(EidPurpose(beacon.Id), beacon.EidKeyWrapped), keys);
        ushort today = pseudonymKeys.Today;
        for (ushort day = today; day <= today + 1; day++)
        {
            byte[] key = await pseudonymKeys.GetAsync(row.TenantId, day, cancellationToken);
            byte[] secret = new byte[WrappedSecret.PseudonymKeySize];
            BinaryPrimitives.WriteUInt16LittleEndian(secret, day);
            key.CopyTo(secret, sizeof(ushort));
            Add(result, SecretId.PseudonymKey, secret, keys);
        }

        byte[] buffer = new byte[AttestationResultFrame.MaxWriteSize];
        int length = result.Write(buffer, 0);
        return length > 0
            ? new Grant(row, buffer[..length])
            : throw new InvalidOperationException($"the result could not be written: {(WireError)(-length)}");
    }

    private static void Add(AttestationResultFrame result, SecretId id, byte[] plain, SessionKeys keys)
    {
        WrappedSecret secret = result.Secrets[result.SecretCount];
        secret.Id = id;
        secret.Length = plain.Length;
        plain.CopyTo(secret.Data, 0);
        CryptographicOperations.ZeroMemory(plain);
        SecretWrap.Apply(keys.WrapKey, id, result.SecretCount, secret.Data.AsSpan(0, secret.Length));
        result.SecretCount++;
    }

    /// <summary>Random, so that an id tells nothing; not zero; unique per beacon by the store's key.</summary>
    private static uint NewId()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        uint id;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            id = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        }
        while (id == 0);
        return id;
    }
}
