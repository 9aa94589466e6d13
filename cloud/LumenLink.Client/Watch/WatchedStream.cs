namespace LumenLink.Client;

/// <summary>
/// A stream of events under watch: it ends when it is silent for too long, or when one event has no end.
/// </summary>
internal sealed class WatchedStream(Stream inner, Deadline silence) : Stream
{
    /// <summary>Bytes from one event to the end of the next, signs of life in between included.</summary>
    private const int MaxEventBytes = 1 << 20;

    private int sinceEvent;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>An event is complete.</summary>
    public void BeginEvent() => sinceEvent = 0;

    public override async Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        silence.Extend();
        int read = await inner.ReadAsync(buffer, offset, count, cancellationToken).ConfigureAwait(false);
        sinceEvent += read;
        return sinceEvent <= MaxEventBytes ? read : throw new IOException("an event has no end");
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
