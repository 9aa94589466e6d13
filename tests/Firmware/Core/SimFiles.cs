using LumenLink.Beacon.Queue;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>A folder that outlives its beacon, and that a test can harm.</summary>
internal sealed class SimFiles : IRecordFiles
{
    internal SortedDictionary<string, byte[]> Content { get; } = new(StringComparer.Ordinal);

    /// <summary>Files that fit; more are refused, as a full flash does.</summary>
    internal int Capacity { get; set; } = int.MaxValue;

    /// <summary>In what order files disappeared.</summary>
    internal List<string> Deleted { get; } = [];

    public string[] List() => [.. Content.Keys.Reverse()];

    public byte[]? Read(string name) => Content.GetValueOrDefault(name);

    public bool Write(string name, byte[] content, int count)
    {
        if (Content.Count >= Capacity) return false;
        Content.Add(name, content[..count]);
        return true;
    }

    public void Delete(string name)
    {
        if (Content.Remove(name)) Deleted.Add(name);
    }
}
