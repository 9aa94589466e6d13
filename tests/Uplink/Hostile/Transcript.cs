using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>Every byte that the attacker saw, in either direction and by any door. Safe for several threads.</summary>
internal sealed class Transcript
{
    /// <summary>Shortest secret that is looked for, bytes: a shorter one is found by chance.</summary>
    public const int LeastBytes = 16;

    private const int KeyBytes = 8;

    private readonly Lock _lock = new();
    private readonly MemoryStream _bytes = new();

    /// <summary>Bytes so far.</summary>
    public long Length
    {
        get
        {
            lock (_lock)
                return _bytes.Length;
        }
    }

    /// <summary>Takes bytes in.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
            _bytes.Write(bytes);
    }

    /// <summary>Takes text in.</summary>
    public void Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// The names of those that occur: as they are, backwards, in hexadecimal, or in base64 of either alphabet at any
    /// alignment.
    /// </summary>
    public SortedSet<string> Find(IEnumerable<(string Name, byte[] Secret)> secrets)
    {
        Dictionary<ulong, List<(string Name, byte[] Form)>> byStart = [];
        foreach ((string name, byte[] secret) in secrets)
        {
            Assert.True(secret.Length >= LeastBytes, name);
            foreach (byte[] form in FormsOf(secret))
            {
                ulong start = BinaryPrimitives.ReadUInt64LittleEndian(form);
                if (!byStart.TryGetValue(start, out List<(string, byte[])>? forms))
                    byStart.Add(start, forms = []);
                forms.Add((name, form));
            }
        }

        SortedSet<string> found = new(StringComparer.Ordinal);
        lock (_lock)
        {
            ReadOnlySpan<byte> all = _bytes.GetBuffer().AsSpan(0, (int)_bytes.Length);
            for (int at = 0; at + KeyBytes <= all.Length; at++)
            {
                if (!byStart.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(all[at..]), out var forms))
                    continue;
                foreach ((string name, byte[] form) in forms)
                {
                    if (all[at..].StartsWith(form))
                        found.Add(name);
                }
            }
        }

        return found;
    }

    private static IEnumerable<byte[]> FormsOf(byte[] secret)
    {
        yield return secret;
        yield return [.. secret.Reverse()];
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(secret));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret));
        for (int before = 0; before < 3; before++)
        {
            // Only the characters that say nothing of the bytes around it.
            byte[] shifted = [.. new byte[before], .. secret];
            int from = ((before * 8) + 5) / 6;
            Range whole = from..(shifted.Length * 8 / 6);
            yield return Encoding.ASCII.GetBytes(Convert.ToBase64String(shifted)[whole]);
            yield return Encoding.ASCII.GetBytes(Base64Url.EncodeToString(shifted)[whole]);
        }
    }
}
