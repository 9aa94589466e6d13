extern alias nano;

namespace System.IO;

/// <summary>A stream in memory; it grows unless it was made on a given array.</summary>
public class MemoryStream : Stream
{
    private readonly bool _fixed;
    private readonly bool _writable = true;
    private byte[] _bytes;
    private int _length;
    private int _position;
    private bool _open = true;

    public MemoryStream() => _bytes = new byte[256];

    public MemoryStream(byte[] buffer)
        : this(buffer, true)
    {
    }

    public MemoryStream(byte[] buffer, bool isWritable)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        _bytes = buffer;
        _length = buffer.Length;
        _fixed = true;
        _writable = isWritable;
    }

    public override bool CanRead => _open;

    public override bool CanSeek => _open;

    public override bool CanWrite => _open && _writable;

    public override long Length => Open(_length);

    public override long Position
    {
        get => Open(_position);
        set
        {
            if (value is < 0 or > int.MaxValue) throw new ArgumentOutOfRangeException(nameof(value));
            _position = (int)Open(value);
        }
    }

    public override void Flush()
    {
    }

    public virtual byte[] GetBuffer() => _bytes;

    public override int Read(SpanByte buffer)
    {
        byte[] bytes = new byte[buffer.Length];
        int count = Read(bytes, 0, bytes.Length);
        new SpanByte(bytes, 0, count).CopyTo(buffer);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        Open(0);
        int taken = Math.Min(count, Math.Max(0, _length - _position));
        Array.Copy(_bytes, Math.Min(_position, _length), buffer, offset, taken);
        _position += taken;
        return taken;
    }

    public override int ReadByte() => Open(_position) < _length ? _bytes[_position++] : -1;

    public override long Seek(long offset, SeekOrigin origin)
    {
        long target = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            SeekOrigin.End => _length,
            _ => throw new ArgumentException(nameof(origin)),
        };
        if (target < 0) throw new NanoIOException();
        return Position = target;
    }

    public override void SetLength(long value)
    {
        if (value is < 0 or > int.MaxValue) throw new ArgumentOutOfRangeException(nameof(value));
        Grow((int)value);
        if (value > _length) Array.Clear(_bytes, _length, (int)value - _length);
        _length = (int)value;
        _position = Math.Min(_position, _length);
    }

    public virtual byte[] ToArray()
    {
        byte[] copy = new byte[_length];
        Array.Copy(_bytes, copy, _length);
        return copy;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (!CanWrite) throw new NotSupportedException();
        int end = checked(_position + count);
        Grow(end);
        if (_position > _length) Array.Clear(_bytes, _length, _position - _length);
        Array.Copy(buffer, offset, _bytes, _position, count);
        _position = end;
        _length = Math.Max(_length, end);
    }

    public override void WriteByte(byte value) => Write([value], 0, 1);

    public virtual void WriteTo(Stream stream)
    {
        Open(0);
        stream.Write(_bytes, 0, _length);
    }

    protected override void Dispose(bool disposing) => _open = false;

    private long Open(long value) => _open ? value : throw new nano::System.ObjectDisposedException();

    private void Grow(int needed)
    {
        if (needed <= _bytes.Length) return;
        if (_fixed) throw new NotSupportedException();
        Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));
    }
}
