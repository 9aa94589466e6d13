using System.Text;
using System.Text.Json;
using LumenLink.Protocol;

namespace LumenLink.Fuzz;

/// <summary>Seeds for every target, made from the golden frames.</summary>
internal static class Corpus
{
    private const string Extension = ".bin";

    /// <summary>The seeds: target, name of the file, bytes.</summary>
    /// <param name="vectors">Folder of the golden frames.</param>
    public static IEnumerable<(string Target, string File, byte[] Bytes)> Seeds(string vectors)
    {
        foreach (string path in Directory.GetFiles(vectors, "*.json").Order(StringComparer.Ordinal))
        {
            string target = Path.GetFileNameWithoutExtension(path);
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (target == "crypto")
            {
                JsonElement root = document.RootElement;
                string id = root.GetProperty("beacon_id_text").GetString()!;
                string token = root.GetProperty("token_text").GetString()!;
                yield return ("token", "text.bin", Encoding.ASCII.GetBytes(token));
                yield return ("topic", "up.bin", Encoding.ASCII.GetBytes(MqttTopics.Up(id)));
                yield return ("topic", "down.bin", Encoding.ASCII.GetBytes(MqttTopics.Down(id)));
                continue;
            }

            foreach (JsonElement vector in document.RootElement.GetProperty("vectors").EnumerateArray())
            {
                string name = vector.GetProperty("name").GetString()!;
                byte[] bytes = Convert.FromHexString(vector.GetProperty("hex").GetString()!);
                yield return (target, name + Extension, bytes);
                if (name == "ok") yield return ("text", target + Extension, bytes);
                if (target != "records") continue;
                foreach (var body in Bodies(name, bytes)) yield return body;
            }
        }
    }

    /// <summary>Writes the seeds that are not there yet, a folder a target.</summary>
    public static int Write(string vectors, string corpus)
    {
        int written = 0;
        foreach ((string target, string file, byte[] bytes) in Seeds(vectors))
        {
            Directory.CreateDirectory(Path.Combine(corpus, target));
            File.WriteAllBytes(Path.Combine(corpus, target, file), bytes);
            written++;
        }

        return written;
    }

    private static List<(string Target, string File, byte[] Bytes)> Bodies(string name, byte[] frame)
    {
        List<(string, string, byte[])> bodies = [];
        if (RecordsFrameReader.Read(frame, out RecordsFrameReader reader) != WireError.None) return bodies;
        foreach (RecordGroup group in reader)
        {
            foreach (RecordView record in group)
            {
                string file = $"{name}-{bodies.Count}{Extension}";
                bodies.Add(record.Kind switch
                {
                    RecordKind.Report => ("report", file, [record.ClockSet ? (byte)1 : (byte)0, .. record.Body]),
                    RecordKind.Diagnostics => ("diagnostics", file, record.Body.ToArray()),
                    _ => ("status", file, record.Body.ToArray()),
                });
                if (bodies.Count == 4) return bodies;
            }
        }

        return bodies;
    }
}
