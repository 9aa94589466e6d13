using System.Buffers.Binary;

namespace LumenLink.Rendezvous.Registry;

/// <summary>
/// Boards that are enrolled by one name: certified by one device CA, so many, until a time, spread over regions.
/// </summary>
/// <param name="Id">Number in the store; 0 before it is there.</param>
/// <param name="TenantId">Owner of its beacons.</param>
/// <param name="Name">What enrolments call it.</param>
/// <param name="CaSha256">SHA-256 of the device CA's certificate, or of its key.</param>
/// <param name="Level">Level of all its boards.</param>
/// <param name="HardwareModel">Hardware model of all its boards; null: each enrolment says it.</param>
/// <param name="Regions">Weight of each region, at least 1.</param>
/// <param name="NamePattern">Names of its boards, with {id} and perhaps {region}.</param>
/// <param name="MaxBoards">Boards that may be enrolled through it.</param>
/// <param name="OpenUntil">From then on none is.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ClosedAt">When it was closed; null while it is not.</param>
/// <param name="Enrolled">Boards that were enrolled through it.</param>
public sealed record EnrolmentGroup(
    int Id, int TenantId, string Name, byte[] CaSha256, SecurityLevel Level, int? HardwareModel,
    IReadOnlyDictionary<string, int> Regions, string NamePattern, int MaxBoards, DateTimeOffset OpenUntil,
    DateTimeOffset CreatedAt, DateTimeOffset? ClosedAt = null, int Enrolled = 0)
{
    /// <summary>What a pattern's beacon id is written as.</summary>
    public const string IdMark = "{id}";

    /// <summary>What a pattern's region is written as.</summary>
    public const string RegionMark = "{region}";

    /// <summary>Enrolled when a further board would be taken, else why not.</summary>
    public EnrolOutcome Admits(DateTimeOffset now) => ClosedAt is not null ? EnrolOutcome.GroupClosed
        : now >= OpenUntil ? EnrolOutcome.GroupOver
        : Enrolled >= MaxBoards ? EnrolOutcome.GroupFull
        : EnrolOutcome.Enrolled;

    /// <summary>
    /// The region of a key: the same for the same weights, and as often as its weight says. The key hash is as good as
    /// a random number; its first 8 bytes are the beacon id, the next 8 choose.
    /// </summary>
    /// <param name="keyHash">SHA-256 of the public key.</param>
    public string RegionOf(ReadOnlySpan<byte> keyHash)
    {
        ulong choice = BinaryPrimitives.ReadUInt64BigEndian(keyHash[BeaconId.ByteCount..]);
        long total = Regions.Values.Sum(weight => (long)weight);
        long place = (long)Math.BigMul(choice, (ulong)total, out _); // 0 to total - 1
        foreach ((string region, int weight) in Regions.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (place < weight)
                return region;
            place -= weight;
        }

        throw new InvalidOperationException("A group has regions, each with a weight.");
    }

    /// <summary>The name of a beacon.</summary>
    public string NameOf(BeaconId id, string region) => NamePattern
        .Replace(RegionMark, region, StringComparison.Ordinal)
        .Replace(IdMark, id.ToString(), StringComparison.Ordinal);
}

/// <summary>Outcome of making or weighing a group; the code of the call's problem.</summary>
public enum GroupOutcome
{
    /// <summary>It is new.</summary>
    Created,

    /// <summary>It is there already, the very same; nothing changed.</summary>
    Exists,

    /// <summary>Another group has this name; nothing changed.</summary>
    GroupDiffers,

    /// <summary>There are as many groups as there may be.</summary>
    TooManyGroups,

    /// <summary>A field cannot be used.</summary>
    FieldInvalid,

    /// <summary>No pinned device CA has this certificate or key.</summary>
    CaNotPinned,

    /// <summary>The policy, or the CA's mark, does not allow the level here.</summary>
    LevelNotAllowed,
}
