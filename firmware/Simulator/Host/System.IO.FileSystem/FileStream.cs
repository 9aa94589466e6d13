extern alias nano;

using LumenLink.Simulator;
using NanoSeekOrigin = nano::System.IO.SeekOrigin;

namespace System.IO;

/// <summary>How a file is opened.</summary>
public enum FileMode
{
    CreateNew = 1,
    Create = 2,
    Open = 3,
    OpenOrCreate = 4,
    Truncate = 5,
    Append = 6,
}

/// <summary>What may be done with an open file.</summary>
[Flags]
public enum FileAccess
{
    Read = 1,
    Write = 2,
    ReadWrite = 3,
}

/// <summary>What others may do meanwhile.</summary>
[Flags]
public enum FileShare
{
    None = 0,
    Read = 1,
    Write = 2,
    ReadWrite = 3,
}

/// <summary>
/// An open file. What was written is durable only when it is closed: Flush makes nothing durable, and a file that was
/// not
/// closed when the power went keeps its old content.
/// </summary>
public class FileStream : nano::System.IO.Stream
{
    private readonly FlashFiles _files;
    private readonly bool _canRead;
    private readonly bool _canWrite;
    private byte[] _bytes = [];
    private int _length;
    private int _position;
    private bool _open;

    public FileStream(string path, FileMode mode)
        : this(path, mode, mode == FileMode.Append ? FileAccess.Write : FileAccess.ReadWrite, FileShare.Read)
    {
    }

    public FileStream(string path, FileMode mode, FileAccess access)
        : this(path, mode, access, FileShare.Read)
    {
    }

    public FileStream(string path, FileMode mode, FileAccess access, FileShare share)
        : this(path, mode, access, share, 2048)
    {
    }

    public FileStream(string path, FileMode mode, FileAccess access, FileShare share, int bufferSize)
    {
        ArgumentNullException.ThrowIfNull(path);
        _files = Strand.HostCall().Run.Files;
        _canRead = access.HasFlag(FileAccess.Read);
        _canWrite = access.HasFlag(FileAccess.Write);
        Name = path;
        bool exists = _files.FileExists(path);
        bool changes = mode is FileMode.CreateNew or FileMode.Create or FileMode.Truncate or FileMode.Append;
        if (changes && !_canWrite) throw new ArgumentException();
        if (exists && mode == FileMode.CreateNew) throw FlashFailure.For(FlashError.AlreadyExists);
        if (!exists && mode is (FileMode.Open or FileMode.Truncate)) throw FlashFailure.For(Missing(path));
        if (_canWrite) FlashFailure.Check(_files.BeginWrite(path));
        _open = true;
        if (!exists || mode is FileMode.Create or FileMode.Truncate) return;
        FlashFailure.Check(_files.Read(path, out _bytes));
        _length = _bytes.Length;
        if (mode == FileMode.Append) _position = _length;
    }

    public override bool CanRead => _open && _canRead;

    public override bool CanSeek => _open;

    public override bool CanWrite => _open && _canWrite;

    public override long Length => Open(_length);

    public override long Position
    {
        get => Open(_position);
        set
        {
            if (Open(value) is < 0 or > int.MaxValue) throw new ArgumentOutOfRangeException(nameof(value));
            _position = (int)value;
        }
    }

    public string Name { get; }

    public override void Close() => Dispose(true);

    public override void Flush()
    {
        Open(0);
        Strand.HostCall();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (!CanRead) throw new NotSupportedException();
        Strand.HostCall();
        int taken = Math.Min(count, Math.Max(0, _length - _position));
        Array.Copy(_bytes, Math.Min(_position, _length), buffer, offset, taken);
        _position += taken;
        return taken;
    }

    public override int Read(SpanByte buffer)
    {
        byte[] bytes = new byte[buffer.Length];
        int count = Read(bytes, 0, bytes.Length);
        new SpanByte(bytes, 0, count).CopyTo(buffer);
        return count;
    }

    public override int ReadByte() => base.ReadByte();

    public override long Seek(long offset, NanoSeekOrigin origin)
    {
        long target = offset + origin switch
        {
            NanoSeekOrigin.Begin => 0,
            NanoSeekOrigin.Current => _position,
            NanoSeekOrigin.End => _length,
            _ => throw new ArgumentException(nameof(origin)),
        };
        if (target < 0) throw new NanoIOException();
        return Position = target;
    }

    public override void SetLength(long value)
    {
        if (!CanWrite) throw new NotSupportedException();
        if (value is < 0 or > int.MaxValue) throw new ArgumentOutOfRangeException(nameof(value));
        Grow((int)value);
        if (value > _length) Array.Clear(_bytes, _length, (int)value - _length);
        _length = (int)value;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (!CanWrite) throw new NotSupportedException();
        Strand.HostCall();
        int end = checked(_position + count);
        Grow(end);
        if (_position > _length) Array.Clear(_bytes, _length, _position - _length);
        Array.Copy(buffer, offset, _bytes, _position, count);
        _position = end;
        _length = Math.Max(_length, end);
    }

    public override void WriteByte(byte value) => base.WriteByte(value);

    protected override void Dispose(bool disposing)
    {
        Strand.Pass();
        if (!_open) return;
        _open = false;
        if (_canWrite) FlashFailure.Check(_files.Close(Name, _bytes.AsSpan(0, _length).ToArray()));
    }

    private FlashError Missing(string path)
    {
        FlashError error = _files.Read(path, out _);
        return error == FlashError.None ? FlashError.FileNotFound : error;
    }

    private long Open(long value) => _open ? value : throw new nano::System.ObjectDisposedException();

    private void Grow(int needed)
    {
        if (needed > _bytes.Length) Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));
    }
}
