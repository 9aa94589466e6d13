using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// A session in memory: who, until when, and its keys ready for use. Safe for use by several threads.
/// </summary>
internal sealed class LiveSession
{
    private readonly SealingKey up;
    private readonly SealingKey down;
    private int badTags;
    private int badTagsOfAnybody;

    /// <param name="beacon">Whose.</param>
    /// <param name="tenantId">Owner, from the registry.</param>
    /// <param name="id">Session id.</param>
    /// <param name="boot">Highest boot that its records may claim.</param>
    /// <param name="expiresAt">End of life.</param>
    /// <param name="tickZeroUnixMs">Service time at the beacon's tick 0 of that boot.</param>
    /// <param name="directionKeys">Up key and down key, 64 bytes.</param>
    public LiveSession(
        BeaconId beacon, int tenantId, uint id, uint boot, DateTimeOffset expiresAt, long tickZeroUnixMs,
        ReadOnlySpan<byte> directionKeys)
    {
        Beacon = beacon;
        TenantId = tenantId;
        Id = id;
        Boot = boot;
        ExpiresAt = expiresAt;
        TickZeroUnixMs = tickZeroUnixMs;
        up = new SealingKey(directionKeys[..WireSizes.Hash]);
        down = new SealingKey(directionKeys[WireSizes.Hash..(2 * WireSizes.Hash)]);
    }

    public BeaconId Beacon { get; }

    public int TenantId { get; }

    public uint Id { get; }

    public uint Boot { get; }

    public DateTimeOffset ExpiresAt { get; }

    public long TickZeroUnixMs { get; }

    /// <summary>
    /// True while it is the last session that its beacon confirmed here, by a frame that counted. Set by the cache.
    /// </summary>
    public bool IsCurrent { get; set; }

    /// <summary>True if the last frame under it that counted came over the broker. Set by the cache.</summary>
    public bool IsAtBroker { get; set; }

    /// <summary>True if the frame ends in the tag of the up key.</summary>
    public bool Opens(ReadOnlySpan<byte> frame) => up.Verifies(frame);

    /// <summary>Puts the tag of the down key into a frame that was written with room for it.</summary>
    public void Seal(Span<byte> frame) => down.Seal(frame);

    /// <summary>Counts a frame with a bad tag; true exactly once, when it was one too many.</summary>
    /// <param name="isOfTheBeacon">False if anybody may have sent it.</param>
    public bool CountBadTag(bool isOfTheBeacon) => isOfTheBeacon
        ? Interlocked.Increment(ref badTags) == TrustPolicy.MaxBadTags
        : Interlocked.Increment(ref badTagsOfAnybody) == TrustPolicy.MaxBadTagsOfAnybody;

    /// <summary>HMAC-SHA-256 with its key schedule done once.</summary>
    private sealed class SealingKey(ReadOnlySpan<byte> key)
    {
        private readonly Lock gate = new();
        private readonly IncrementalHash hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);

        public bool Verifies(ReadOnlySpan<byte> frame)
        {
            if (frame.Length < FrameHeader.Size + FrameTag.Size)
                return false;
            int covered = FrameTag.Offset(frame.Length);
            Span<byte> mac = stackalloc byte[WireSizes.Hash];
            Compute(frame[..covered], mac);
            return CryptographicOperations.FixedTimeEquals(mac[..FrameTag.Size], frame[covered..]);
        }

        public void Seal(Span<byte> frame)
        {
            int covered = FrameTag.Offset(frame.Length);
            Span<byte> mac = stackalloc byte[WireSizes.Hash];
            Compute(frame[..covered], mac);
            mac[..FrameTag.Size].CopyTo(frame[covered..]);
        }

        private void Compute(ReadOnlySpan<byte> bytes, Span<byte> mac)
        {
            lock (gate)
            {
                hmac.AppendData(bytes);
                hmac.GetHashAndReset(mac);
            }
        }
    }
}
