using LumenLink.Beacon;
using LumenLink.Beacon.Queue;

namespace LumenLink.Bench.Device;

/// <summary>
/// The queue's folder in arrays made beforehand. Notes the names that it is given, and what nanoFramework's file system
/// allocates for each access: a path, the stream (eight fields) with folder and name of its own, a copy of the bytes.
/// </summary>
internal sealed class StubFiles : ISegmentFiles
{
    private const int Segments = 64;
    private const int FolderLength = 8; // I:\queue
    private const int StreamFields = 8;

    private readonly ListedAllocations _listed;
    private readonly long _netNameBytes;
    private readonly Dictionary<string, Segment> _files = new(Segments);
    private readonly Stack<Segment> _free = new(Segments);

    /// <summary>An empty folder.</summary>
    public StubFiles(ListedAllocations listed)
    {
        _listed = listed;
        SegmentFormat.NameOf(1, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SegmentFormat.NameOf(1, 1);
        _netNameBytes = GC.GetAllocatedBytesForCurrentThread() - before;
        for (int i = 0; i < Segments; i++) _free.Push(new Segment());
    }

    /// <inheritdoc/>
    public string[] List() => [];

    /// <inheritdoc/>
    public int Read(string name, int position, byte[] target, int count)
    {
        Note(name, count);
        Segment file = _files[name];
        int read = Math.Min(count, file.Length - position);
        Array.Copy(file.Bytes, position, target, 0, read);
        return read;
    }

    /// <inheritdoc/>
    public bool Append(string name, bool isNew, byte[] content, int count)
    {
        Note(name, count);
        if (!_files.TryGetValue(name, out Segment? file))
        {
            file = _free.Pop();
            file.Length = 0;
            _files.Add(name, file);
        }

        Array.Copy(content, 0, file.Bytes, file.Length, count);
        file.Length += count;
        return true;
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        NoteName(name);
        _listed.Add(Listed.FilePath, NanoModel.String(FolderLength + 1 + name.Length));
        if (_files.Remove(name, out Segment? file)) _free.Push(file);
    }

    private void Note(string name, int bytes)
    {
        NoteName(name);
        int path = NanoModel.String(FolderLength + 1 + name.Length);
        _listed.Add(Listed.FilePath, path);
        _listed.Add(
            Listed.FileStream,
            NanoModel.Object(StreamFields) + NanoModel.String(FolderLength) + NanoModel.String(name.Length));
        _listed.Add(Listed.FileCopy, NanoModel.Bytes(bytes));
    }

    private void NoteName(string name) => _listed.Cross(
        Listed.SegmentName,
        name,
        NanoModel.Array(name.Length, sizeof(char)) + NanoModel.String(name.Length),
        _netNameBytes);

    private sealed class Segment
    {
        public byte[] Bytes { get; } = new byte[DeviceLimits.SegmentMaxBytes];

        public int Length { get; set; }
    }
}
