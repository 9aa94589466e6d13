namespace System.IO;

/// <summary>Where a seek counts from.</summary>
public enum SeekOrigin
{
    Begin = 0,
    Current = 1,
    End = 2,
}

/// <summary>A sequence of bytes.</summary>
public abstract class Stream : MarshalByRefObject, IDisposable
{
    public abstract bool CanRead { get; }

    public abstract bool CanSeek { get; }

    public virtual bool CanTimeout => false;

    public abstract bool CanWrite { get; }

    public abstract long Length { get; }

    public abstract long Position { get; set; }

    public virtual void Close() => Dispose(true);

    public void Dispose() => Close();

    protected virtual void Dispose(bool disposing)
    {
    }

    public abstract void Flush();

    public abstract long Seek(long offset, SeekOrigin origin);

    public abstract void SetLength(long value);

    public abstract int Read(SpanByte buffer);

    public abstract int Read(byte[] buffer, int offset, int count);

    public virtual int ReadByte()
    {
        byte[] one = new byte[1];
        return Read(one, 0, 1) == 0 ? -1 : one[0];
    }

    public abstract void Write(byte[] buffer, int offset, int count);

    public virtual void WriteByte(byte value) => Write([value], 0, 1);
}
