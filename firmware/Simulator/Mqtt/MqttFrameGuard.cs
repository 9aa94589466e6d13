namespace LumenLink.Simulator;

/// <summary>
/// Reads along with a connection and breaks it at a packet that is longer than a board could take in, before anybody
/// makes room for it: the length is the broker's word, and it may say a quarter of a gigabyte.
/// </summary>
/// <param name="inner">The connection.</param>
/// <param name="limitBytes">Longest packet without its header, bytes.</param>
internal sealed class MqttFrameGuard(Stream inner, int limitBytes) : Stream
{
    private const int LengthBits = 7;
    private const int LengthBytes = 4;
    private int _lengthBytesSeen = -1;
    private int _remaining;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A packet is too long, or its length does not end.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Follow(buffer.Span[..count]);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = inner.Read(buffer, offset, count);
        Follow(buffer.AsSpan(offset, read));
        return read;
    }

    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private void Follow(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int step = 1;
            if (_lengthBytesSeen < 0) Begin();
            else if (_lengthBytesSeen < LengthBytes) TakeLength(bytes[0]);
            else step = SkipBody(bytes.Length);
            bytes = bytes[step..];
        }
    }

    private void Begin()
    {
        _lengthBytesSeen = 0;
        _remaining = 0;
    }

    private void TakeLength(byte part)
    {
        _remaining |= (part & 0x7F) << (LengthBits * _lengthBytesSeen++);
        if (_remaining > limitBytes) throw new InvalidDataException("A packet is longer than a board can take in.");
        bool isLast = (part & 0x80) == 0;
        if (!isLast && _lengthBytesSeen == LengthBytes)
            throw new InvalidDataException("The length of a packet does not end.");
        if (isLast) _lengthBytesSeen = _remaining == 0 ? -1 : LengthBytes;
    }

    private int SkipBody(int available)
    {
        int step = Math.Min(available, _remaining);
        _remaining -= step;
        if (_remaining == 0) _lengthBytesSeen = -1;
        return step;
    }
}
