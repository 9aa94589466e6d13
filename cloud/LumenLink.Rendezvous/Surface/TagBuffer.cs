namespace LumenLink.Rendezvous.Surface;

/// <summary>
/// Holds an answer back until all of it is there, up to a bound; a longer one is passed on as it comes and has no tag.
/// </summary>
internal sealed class TagBuffer(Stream inner) : Stream
{
    /// <summary>Bytes of an answer that are held back at most: a page of a thousand items is below it.</summary>
    public const int MaxBytes = 1024 * 1024;

    private readonly MemoryStream held = new();

    /// <summary>True once the answer was longer than that.</summary>
    public bool IsPassedOn { get; private set; }

    /// <summary>What is held back.</summary>
    public ReadOnlyMemory<byte> Bytes => held.GetBuffer().AsMemory(0, (int)held.Length);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!IsPassedOn && held.Length + buffer.Length <= MaxBytes)
        {
            held.Write(buffer.Span);
            return;
        }

        if (!IsPassedOn)
        {
            IsPassedOn = true;
            await inner.WriteAsync(Bytes, cancellationToken);
            held.SetLength(0);
        }

        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>What is held back stays, whoever wants it sent.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) =>
        IsPassedOn ? inner.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush()
    {
        // Nothing here writes in step: see FlushAsync.
    }

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("answers are written without blocking");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
