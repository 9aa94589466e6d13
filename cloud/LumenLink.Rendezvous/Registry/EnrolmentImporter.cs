using System.Buffers.Binary;
using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Registry;

/// <summary>Counts of one import.</summary>
/// <param name="Enrolled">New beacons.</param>
/// <param name="AlreadyEnrolled">Beacons that were there before.</param>
/// <param name="Failed">Files that were refused, each named in the log.</param>
public readonly record struct EnrolmentCounts(int Enrolled, int AlreadyEnrolled, int Failed);

/// <summary>
/// The enrol command: every *.json of a folder is one beacon. A file that is wrong is named and the next
/// one taken. Whether the certificate leads to a pinned CA is asked at every attestation, not here.
/// </summary>
internal sealed class EnrolmentImporter(
    IRegistryStore registry, SecretBox box, TimeProvider time, ILogger<EnrolmentImporter> logger)
{
    /// <summary>The tenant that enrolments of a folder belong to.</summary>
    public const int DefaultTenant = 1;

    /// <summary>Imports a folder in the order of file names.</summary>
    public async Task<EnrolmentCounts> ImportAsync(string folder, CancellationToken cancellationToken)
    {
        int enrolled = 0, already = 0, failed = 0;
        foreach (string path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            switch (await ImportFileAsync(path, cancellationToken))
            {
                case EnrolOutcome.Enrolled:
                    enrolled++;
                    break;
                case EnrolOutcome.AlreadyEnrolled:
                    already++;
                    break;
                default:
                    failed++;
                    break;
            }
        }

        return new EnrolmentCounts(enrolled, already, failed);
    }

    private async Task<EnrolOutcome?> ImportFileAsync(string path, CancellationToken cancellationToken)
    {
        string file = Path.GetFileName(path);
        string? problem = EnrolmentFile.Read(path, DefaultTenant, out BeaconEnrolment? enrolment);
        if (problem is not null)
        {
            logger.NotEnrolled(file, problem);
            return null;
        }

        BeaconId id = BeaconId.FromBytes(SHA256.HashData(enrolment!.PublicKey));
        EnrolOutcome outcome =
            await registry.EnrolAsync(enrolment, NewEidSecret(id), time.GetUtcNow(), cancellationToken);
        if (outcome == EnrolOutcome.IdCollision)
            logger.NotEnrolled(file, "another key has this beacon id");
        else
            logger.Enrolled(id, enrolment.Name, outcome);
        return outcome;
    }

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
