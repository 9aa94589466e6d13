using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Trust;

/// <summary>Admission of one beacon's posts, which a token opened.</summary>
/// <param name="Beacon">Whose.</param>
/// <param name="Since">When the token was accepted.</param>
internal readonly record struct PostSession(BeaconId Beacon, DateTimeOffset Since);

/// <summary>
/// The sessions of posts, so that a beacon's chip need not sign for each (specification section 10). The service
/// keeps none: a session's text names beacon and times, MACed under a key of the day that the replicas share.
/// </summary>
internal sealed class PostSessions(SharedKeys shared, TimeProvider time)
{
    private const string Purpose = "post-session";
    private const int SinceAt = BeaconId.ByteCount;
    private const int UntilAt = SinceAt + sizeof(long);
    private const int MacAt = UntilAt + sizeof(long);
    private const int MacSize = 16;
    private const int Size = MacAt + MacSize;

    private static readonly int TextLength = Base64Url.GetEncodedLength(Size);

    /// <summary>The text of a session from now on; null when its end has come.</summary>
    /// <remarks>Throws what the store throws when this replica does not know the day's key yet.</remarks>
    public async ValueTask<string?> WriteAsync(PostSession session, CancellationToken cancellationToken)
    {
        DateTimeOffset until = time.GetUtcNow() + TrustPolicy.PostSessionIdle;
        DateTimeOffset end = session.Since + TrustPolicy.PostSessionLifetime;
        if (end <= time.GetUtcNow())
            return null;
        byte[] bytes = new byte[Size];
        session.Beacon.CopyTo(bytes);
        WriteTime(bytes, SinceAt, session.Since);
        WriteTime(bytes, UntilAt, until < end ? until : end);
        long day = DayOf(session.Since);
        byte[] key = await shared.GetOrAddAsync(
            Purpose, day, NotAfter(day), () => RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes),
            cancellationToken);
        WriteMac(key, bytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The session of a text; null when it is none, or not any more.</summary>
    /// <remarks>Throws what the store throws when this replica does not know the day's key yet.</remarks>
    public async ValueTask<PostSession?> ReadAsync(string text, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[Size];
        if (text.Length != TextLength
            || Base64Url.DecodeFromChars(text, bytes, out _, out int written) != OperationStatus.Done
            || written != Size)
            return null;
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        long since = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(SinceAt));
        long until = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(UntilAt));
        long skew = (long)TrustPolicy.ReplicaClockSkew.TotalMilliseconds;
        long earliest = now - (long)TrustPolicy.PostSessionLifetime.TotalMilliseconds;
        // No other days reach the store.
        if (since <= earliest || since > now + skew || until <= now)
            return null;
        DateTimeOffset began = DateTimeOffset.FromUnixTimeMilliseconds(since);
        byte[]? key = await shared.FindAsync(Purpose, DayOf(began), cancellationToken);
        byte[] own = (byte[])bytes.Clone();
        if (key is null)
            return null;
        WriteMac(key, own);
        return CryptographicOperations.FixedTimeEquals(own, bytes)
            ? new PostSession(BeaconId.FromBytes(bytes), began)
            : null;
    }

    private static void WriteMac(byte[] key, byte[] bytes) =>
        HMACSHA256.HashData(key, bytes.AsSpan(0, MacAt)).AsSpan(0, MacSize).CopyTo(bytes.AsSpan(MacAt));

    private static void WriteTime(byte[] bytes, int at, DateTimeOffset value) =>
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value.ToUnixTimeMilliseconds());

    private static long DayOf(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).Days;

    /// <summary>The end of the last session that began that day.</summary>
    private static DateTimeOffset NotAfter(long day) =>
        DateTimeOffset.UnixEpoch.AddDays(day + 1) + TrustPolicy.PostSessionLifetime + TrustPolicy.ReplicaClockSkew;
}
