using System.Buffers.Binary;
using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Registry;

/// <summary>What an enrolment came to.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Detail">When refused: a sentence or two for the operator.</param>
/// <param name="Field">The field that is wrong, or null.</param>
/// <param name="Beacon">What is enrolled, or would be; null when refused.</param>
internal sealed record EnrolmentResult(EnrolOutcome Outcome, string Detail, string? Field, EnrolledBoard? Beacon)
{
    /// <summary>True if the beacon is enrolled, or would be.</summary>
    public bool IsGood => Outcome is EnrolOutcome.Enrolled or EnrolOutcome.AlreadyEnrolled;
}

/// <summary>A board that is enrolled.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Enrolment">Its record; no certificate in a dry run without one.</param>
/// <param name="Group">Name of the group that this call named, or null.</param>
/// <param name="RevokedAt">When it was revoked, or null.</param>
internal sealed record EnrolledBoard(BeaconId Id, BeaconEnrolment Enrolment, string? Group, DateTimeOffset? RevokedAt);

/// <summary>
/// Enrols boards: the one way in, for a folder of files and for the API. Whatever an attestation would hold against the
/// enrolment is asked here first, by the same checks and CAs, while the board is still on the desk.
/// </summary>
internal sealed class Enroller(
    IRegistryStore registry, IGroupStore groups, SecretBox box, TrustMaterial material, TimeProvider time)
{
    /// <summary>Enrols a board, or says why not.</summary>
    /// <param name="tenantId">Whose board it will be.</param>
    /// <param name="asked">What is asked for.</param>
    /// <param name="isDryRun">Everything is checked and nothing changed.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    public async Task<EnrolmentResult> EnrolAsync(
        int tenantId, EnrolmentRequest asked, bool isDryRun, string by, CancellationToken cancellationToken)
    {
        EnrolmentGroup? group = null;
        if (asked.Group is { } name)
        {
            group = await groups.FindGroupAsync(tenantId, name, cancellationToken);
            if (group is null)
                return Refuse(EnrolOutcome.GroupUnknown, "There is no enrolment group of this name.");
        }

        if (EnrolmentFields.Read(asked, group, isDryRun, out EnrolmentFields? fields) is { } fault)
            return new EnrolmentResult(fault.Outcome, fault.Sentence, fault.Field, null);
        DateTimeOffset now = time.GetUtcNow();
        if (Check(fields!, group, now) is { } refused)
            return refused;
        BeaconEnrolment enrolment = Record(tenantId, fields!, group, out BeaconId id);
        RegisteredBeacon? there = await registry.FindBeaconAsync(id, cancellationToken);
        EnrolOutcome outcome = there is not null
            ? there.Enrolment.PublicKey.AsSpan().SequenceEqual(enrolment.PublicKey)
                ? EnrolOutcome.AlreadyEnrolled
                : EnrolOutcome.IdCollision
            : isDryRun ? group?.Admits(now) ?? EnrolOutcome.Enrolled
            : await registry.EnrolAsync(enrolment, NewEidSecret(id), by, now, cancellationToken);
        if (outcome == EnrolOutcome.AlreadyEnrolled)
        {
            there ??= (await registry.FindBeaconAsync(id, cancellationToken))!;
            return there.Enrolment.TenantId == tenantId
                ? Compare(there, enrolment, fields!, asked.Group)
                : Refuse(EnrolOutcome.IdCollision, Sentence(EnrolOutcome.IdCollision, group));
        }

        return outcome == EnrolOutcome.Enrolled
            ? new EnrolmentResult(outcome, "", null, new EnrolledBoard(id, enrolment, asked.Group, null))
            : Refuse(outcome, Sentence(outcome, group));
    }

    private EnrolmentResult? Check(EnrolmentFields fields, EnrolmentGroup? group, DateTimeOffset now)
    {
        DeviceCas cas = material.DeviceCas.Current(now);
        CertificateCheck found = fields.Certificate is { } certificate
            ? cas.Check(certificate, now)
            : cas.CheckPlanned(fields.Issuer!, fields.PublicKey, now);
        if (found.PublicKey is null)
        {
            return Refuse(
                EnrolOutcome.CertificateInvalid, "certificate is not a certificate of a P-256 key.", "certificate");
        }

        (EnrolOutcome Outcome, string? Found)[] checks =
        [
            (EnrolOutcome.CertificateForAnotherKey, EnrolmentChecks.IsForTheKey(found, fields.PublicKey) is null
                ? null
                : "certificate is for another key than public_key."),
            (EnrolOutcome.CertificateUntrusted, EnrolmentChecks.IsTrusted(found.Chain)),
            (EnrolOutcome.CertificateExpired, EnrolmentChecks.IsInTime(found.Chain)),
            (EnrolOutcome.RevocationListUnusable,
                EnrolmentChecks.ListIsOfUse(found, now, material.Environment)),
            (EnrolOutcome.CertificateRevoked, EnrolmentChecks.IsNotRevoked(found)),
            (EnrolOutcome.GroupOfAnotherCa, group is null || found.Issuer?.IsNamedBy(group.CaSha256) == true
                ? null
                : "The certificate is by another device CA than the group's."),
            (EnrolOutcome.LevelNotAllowed, EnrolmentChecks.CaMayBeHere(found.Chain, material.Environment)),
            (EnrolOutcome.LevelNotAllowed, EnrolmentChecks.CaMayVouch(found.Chain, fields.Level)),
            (EnrolOutcome.LevelNotAllowed,
                EnrolmentChecks.LevelIsAllowed(material.Policy, material.Environment, fields.Level)),
        ];
        return checks.Where(check => check.Found is not null)
            .Select(check => Refuse(check.Outcome, check.Found!)).FirstOrDefault();
    }

    private static BeaconEnrolment Record(
        int tenantId, EnrolmentFields fields, EnrolmentGroup? group, out BeaconId id)
    {
        byte[] keyHash = SHA256.HashData(fields.PublicKey);
        id = BeaconId.FromBytes(keyHash);
        string region = fields.Region ?? group!.RegionOf(keyHash);
        return new BeaconEnrolment(
            tenantId, fields.PublicKey, fields.Certificate ?? [], fields.Level, fields.HardwareModel,
            fields.Name ?? group!.NameOf(id, region), region, group?.Id, fields.Location);
    }

    /// <summary>What a group made is not asked for, so it is as it was when the board was enrolled.</summary>
    private static EnrolmentResult Compare(
        RegisteredBeacon there, BeaconEnrolment enrolment, EnrolmentFields stated, string? group)
    {
        BeaconEnrolment old = there.Enrolment;
        string[] differs =
        [
            .. Differs("certificate", stated.Certificate?.AsSpan().SequenceEqual(old.Certificate) == false),
            .. Differs("level", enrolment.Level != old.Level),
            .. Differs("hardware_model", enrolment.HardwareModel != old.HardwareModel),
            .. Differs("group", enrolment.GroupId != old.GroupId),
        ];
        string[] moved =
        [
            .. Differs("name", stated.Name is not null && stated.Name != old.Name),
            .. Differs("region", stated.Region is not null && stated.Region != old.Region),
            .. Differs("location", stated.Location is not null && stated.Location != old.Location),
        ];
        return differs.Length + moved.Length > 0
            ? Refuse(
                EnrolOutcome.EnrolmentDiffers,
                $"This key is enrolled as beacon {there.Id} with another {string.Join(", ", [.. differs, .. moved])}. "
                    + (differs.Length == 0
                        ? "lumen beacon place changes that."
                        : "Enrolments do not change: leave it, or revoke the beacon and give the board a new key."),
                differs.Concat(moved).First())
            : new EnrolmentResult(
                EnrolOutcome.AlreadyEnrolled, "", null, new EnrolledBoard(there.Id, old, group, there.RevokedAt));

        static string[] Differs(string field, bool it) => it ? [field] : [];
    }

    private static EnrolmentResult Refuse(EnrolOutcome outcome, string detail, string? field = null) =>
        new(outcome, detail, field, null);

    private static string Sentence(EnrolOutcome outcome, EnrolmentGroup? group) => outcome switch
    {
        EnrolOutcome.IdCollision => "This beacon id is taken: give the board a new key.",
        EnrolOutcome.GroupClosed => "The group is closed: make another one.",
        EnrolOutcome.GroupOver =>
            $"The group was open until {group!.OpenUntil:yyyy-MM-dd HH:mm} UTC: make another one.",
        _ => $"The group has its {group!.MaxBoards} boards: make another one.",
    };

    /// <summary>Key 16, exponent K, clock offset u32: as the wire carries it, sealed for this beacon.</summary>
    private byte[] NewEidSecret(BeaconId id)
    {
        byte[] secret = new byte[WrappedSecret.EidKeySize];
        RandomNumberGenerator.Fill(secret.AsSpan(0, WireSizes.Aes));
        secret[WireSizes.Aes] = TrustPolicy.EidExponent;
        uint offset = (uint)RandomNumberGenerator.GetInt32(TrustPolicy.EidOffsetBound);
        BinaryPrimitives.WriteUInt32LittleEndian(secret.AsSpan(WireSizes.Aes + 1), offset);
        byte[] wrapped = box.Seal(GrantWriter.EidPurpose(id), secret);
        CryptographicOperations.ZeroMemory(secret);
        return wrapped;
    }
}
