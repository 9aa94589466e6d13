using LumenLink.Beacon.Queue;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>The power goes in the middle of something.</summary>
internal sealed class PowerCutException : Exception;

/// <summary>When a change of the flash is cut off.</summary>
internal enum CutMode
{
    Before,
    InTheMiddle,
    After,
}

/// <summary>A folder that outlives its beacon, and that a test can harm.</summary>
internal sealed class SimFiles : ISegmentFiles
{
    internal SortedDictionary<string, byte[]> Content { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes that fit; more are refused, as a full flash does.</summary>
    internal int Capacity { get; set; } = int.MaxValue;

    /// <summary>In what order files disappeared.</summary>
    internal List<string> Deleted { get; } = [];

    /// <summary>Changes of the flash so far.</summary>
    internal int Changes { get; private set; }

    /// <summary>The change, counted from 1, at which the power goes; 0 for none.</summary>
    internal int CutAt { get; set; }

    internal CutMode CutMode { get; set; }

    public string[] List() => [.. Content.Keys.Reverse()];

    public int Read(string name, int position, byte[] target, int count)
    {
        if (!Content.TryGetValue(name, out byte[]? file) || position > file.Length) return 0;
        int read = Math.Min(count, file.Length - position);
        Array.Copy(file, position, target, 0, read);
        return read;
    }

    public bool Append(string name, bool isNew, byte[] content, int count)
    {
        if (Content.Values.Sum(file => file.Length) + count > Capacity) return false;
        byte[] before = isNew ? [] : Content.GetValueOrDefault(name, []);
        Change(
            () =>
            {
                Content[name] = [.. before, .. content[..count]];
                byte[] record = content[6..count];
                EverDurable[(Convert.ToUInt32(name[..8], 16), RecordHeader.SequenceOf(record, 0))] = record;
            },
            () => Content[name] = [.. before, .. content[..(count / 2)]]);
        return true;
    }

    public void Delete(string name)
    {
        if (Content.ContainsKey(name)) Change(() => Remove(name), () => Remove(name));
    }

    /// <summary>Every record that ever was durable.</summary>
    internal Dictionary<(uint Boot, uint Sequence), byte[]> EverDurable { get; } = [];

    /// <summary>Every record on flash by boot and sequence, read without the code under test.</summary>
    internal IEnumerable<(uint Boot, uint Sequence, byte[] Record)> Records()
    {
        foreach ((string name, byte[] file) in Content)
        {
            uint boot = Convert.ToUInt32(name[..8], 16);
            for (int at = 0; at + 6 <= file.Length;)
            {
                int length = BitConverter.ToUInt16(file, at);
                if (at + 6 + length > file.Length) break;
                byte[] record = file[(at + 6)..(at + 6 + length)];
                yield return (boot, RecordHeader.SequenceOf(record, 0), record);
                at += 6 + length;
            }
        }
    }

    private void Remove(string name)
    {
        Content.Remove(name);
        Deleted.Add(name);
    }

    private void Change(Action whole, Action half)
    {
        Changes++;
        if (Changes != CutAt)
        {
            whole();
            return;
        }

        if (CutMode == CutMode.After) whole();
        if (CutMode == CutMode.InTheMiddle) half();
        throw new PowerCutException();
    }
}
