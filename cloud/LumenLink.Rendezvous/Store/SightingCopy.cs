using System.Buffers.Binary;

namespace LumenLink.Rendezvous.Store;

/// <summary>
/// Rows of sightings in PostgreSQL's binary COPY format (PostgreSQL documentation, COPY, "Binary Format"): a signature,
/// flags, the length of an extension; a row is the number of its fields, then each field's length and bytes,
/// big-endian; minus one ends it. All fields have a fixed length, so that a row is a template with numbers put in.
/// </summary>
internal sealed class SightingCopy
{
    /// <summary>The statement; its columns are in the order of the fields.</summary>
    public const string Statement = """
        COPY sightings (tenant_id, beacon_id, boot, seq, received_at, window_open_unix_ms, duration_ms, quality, radio,
            address, address_type, key_day, rssi_dbm) FROM STDIN (FORMAT binary)
        """;

    private const int CountSize = sizeof(short);
    private const int LengthSize = sizeof(int);
    private const int TenantOffset = CountSize + LengthSize;
    private const int BeaconOffset = TenantOffset + sizeof(int) + LengthSize;
    private const int BootOffset = BeaconOffset + sizeof(long) + LengthSize;
    private const int SequenceOffset = BootOffset + sizeof(long) + LengthSize;
    private const int ReceivedOffset = SequenceOffset + sizeof(long) + LengthSize;
    private const int WindowOffset = ReceivedOffset + sizeof(long) + LengthSize;
    private const int DurationOffset = WindowOffset + sizeof(long) + LengthSize;
    private const int QualityOffset = DurationOffset + sizeof(int) + LengthSize;
    private const int RadioOffset = QualityOffset + sizeof(short) + LengthSize;
    private const int AddressOffset = RadioOffset + sizeof(short) + LengthSize;
    private const int AddressTypeOffset = AddressOffset + sizeof(long) + LengthSize;
    private const int KeyDayOffset = AddressTypeOffset + sizeof(short) + LengthSize;
    private const int RssiOffset = KeyDayOffset + sizeof(int) + LengthSize;
    private const int RowSize = RssiOffset + sizeof(short);

    /// <summary>Bytes of a write: a message of the protocol each, and a call of the system.</summary>
    private const int BufferSize = 64 * 1024;

    /// <summary>Where PostgreSQL's time begins, in microseconds.</summary>
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (int Offset, int Size)[] Fields =
    [
        (TenantOffset, sizeof(int)), (BeaconOffset, sizeof(long)), (BootOffset, sizeof(long)),
        (SequenceOffset, sizeof(long)), (ReceivedOffset, sizeof(long)), (WindowOffset, sizeof(long)),
        (DurationOffset, sizeof(int)), (QualityOffset, sizeof(short)), (RadioOffset, sizeof(short)),
        (AddressOffset, sizeof(long)), (AddressTypeOffset, sizeof(short)), (KeyDayOffset, sizeof(int)),
        (RssiOffset, sizeof(short)),
    ];

    /// <summary>"PGCOPY\n\377\r\n\0", no flags, no extension.</summary>
    private static readonly byte[] Head =
        [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly Stream stream;
    private readonly byte[] template = new byte[RowSize];
    private readonly byte[] buffer = new byte[BufferSize];
    private int length;

    /// <param name="stream">Takes the bytes.</param>
    /// <param name="receivedAt">Of all rows, to the millisecond.</param>
    public SightingCopy(Stream stream, DateTimeOffset receivedAt)
    {
        this.stream = stream;
        BinaryPrimitives.WriteInt16BigEndian(template, (short)Fields.Length);
        foreach ((int offset, int size) in Fields)
            BinaryPrimitives.WriteInt32BigEndian(template.AsSpan(offset - LengthSize), size);
        long milliseconds = receivedAt.ToUnixTimeMilliseconds() - Epoch.ToUnixTimeMilliseconds();
        long microseconds = milliseconds * TimeSpan.MicrosecondsPerMillisecond;
        BinaryPrimitives.WriteInt64BigEndian(template.AsSpan(ReceivedOffset), microseconds);
        Head.CopyTo(buffer, 0);
        length = Head.Length;
    }

    /// <summary>True when the next row may find no room: flush.</summary>
    public bool IsFull => buffer.Length - length < RowSize + CountSize;

    /// <summary>Appends one row.</summary>
    public void Append(int tenant, long beacon, long boot, long sequence, in SightingEntry sighting)
    {
        Span<byte> row = buffer.AsSpan(length, RowSize);
        template.CopyTo(row);
        BinaryPrimitives.WriteInt32BigEndian(row[TenantOffset..], tenant);
        BinaryPrimitives.WriteInt64BigEndian(row[BeaconOffset..], beacon);
        BinaryPrimitives.WriteInt64BigEndian(row[BootOffset..], boot);
        BinaryPrimitives.WriteInt64BigEndian(row[SequenceOffset..], sequence);
        BinaryPrimitives.WriteInt64BigEndian(row[WindowOffset..], sighting.WindowOpenUnixMs);
        BinaryPrimitives.WriteInt32BigEndian(row[DurationOffset..], sighting.DurationMs);
        BinaryPrimitives.WriteInt16BigEndian(row[QualityOffset..], (short)sighting.Quality);
        BinaryPrimitives.WriteInt16BigEndian(row[RadioOffset..], sighting.Radio);
        BinaryPrimitives.WriteInt64BigEndian(row[AddressOffset..], sighting.Address);
        BinaryPrimitives.WriteInt16BigEndian(row[AddressTypeOffset..], sighting.AddressType);
        BinaryPrimitives.WriteInt32BigEndian(row[KeyDayOffset..], sighting.KeyDay);
        BinaryPrimitives.WriteInt16BigEndian(row[RssiOffset..], sighting.RssiDbm);
        length += RowSize;
    }

    /// <summary>Hands over what was appended.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        length = 0;
    }

    /// <summary>Hands over the rest and the end.</summary>
    public Task FinishAsync(CancellationToken cancellationToken)
    {
        BinaryPrimitives.WriteInt16BigEndian(buffer.AsSpan(length), -1);
        length += CountSize;
        return FlushAsync(cancellationToken);
    }
}
