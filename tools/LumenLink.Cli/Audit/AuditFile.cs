using System.Text.Json;
using LumenLink.Cli.Beacon;
using LumenLink.Rendezvous.Audit;

namespace LumenLink.Cli.Audit;

/// <summary>What is asked for cannot be done with this file; the message is for the auditor.</summary>
internal sealed class AuditFileException(string message) : Exception(message);

/// <summary>
/// The file of an export: a line of JSON that says what it is and when reading began, then a line for each head and
/// each entry, as the service gave them.
/// </summary>
internal static class AuditFile
{
    private const string FormMember = "lumenlink_audit";
    private const int Form = 1;
    private const string PageCall = "?limit=1000";

    /// <summary>Reads everything from a service into a file, heads first, and puts it there when it is whole.</summary>
    /// <returns>Lines of heads and of entries.</returns>
    public static async Task<(int Heads, int Entries)> WriteAsync(
        ServiceClient service, string path, DateTimeOffset now)
    {
        string unfinished = path + ".new";
        int heads, entries;
        await using (StreamWriter file = new(unfinished, append: false))
        {
            file.NewLine = "\n";
            await file.WriteLineAsync($$"""{"{{FormMember}}":{{Form}},"at":"{{now:O}}"}""");
            heads = await CopyAsync(service, "heads", file, jws => $$"""{"head":{{jws.GetRawText()}}}""");
            entries = await CopyAsync(service, "entries", file, entry => entry.GetRawText());
        }

        File.Move(unfinished, path, overwrite: true);
        return (heads, entries);
    }

    /// <summary>Reads a file of an export.</summary>
    /// <exception cref="AuditFileException">It is none.</exception>
    public static AuditEvidence Read(string path, IEnumerable<string> headFolders)
    {
        DateTimeOffset? at = null;
        List<AuditEntry> entries = [];
        List<AuditHeadText> heads = [];
        List<string> unreadable = [];
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            JsonElement json = Parse(line);
            if (number == 1)
                at = ReadStart(json);
            else if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("head", out JsonElement head)
                && head.ValueKind == JsonValueKind.String)
                heads.Add(new AuditHeadText($"line {number} of the export", head.GetString()!, false));
            else if (AuditLine.Read(json) is { } entry)
                entries.Add(entry);
            else
                unreadable.Add($"line {number} of the export");
        }

        foreach (string file in headFolders.SelectMany(folder =>
            Directory.EnumerateFiles(folder, "*" + AuditExportFolder.Ending).Order(StringComparer.Ordinal)))
        {
            heads.Add(new AuditHeadText(Path.GetFileName(file), File.ReadAllText(file).TrimEnd('\n'), true));
        }

        return new AuditEvidence(
            entries, heads, unreadable,
            at ?? throw new AuditFileException($"{path} is no export of the audit"));
    }

    private static async Task<int> CopyAsync(
        ServiceClient service, string call, StreamWriter file, Func<JsonElement, string> line)
    {
        int count = 0;
        string? cursor = null;
        do
        {
            JsonElement page = await service.GetAsync(call + PageCall + (cursor is null ? "" : $"&cursor={cursor}"));
            foreach (JsonElement item in page.GetProperty("items").EnumerateArray())
            {
                await file.WriteLineAsync(line(item));
                count++;
            }

            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        return count;
    }

    private static JsonElement Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line).RootElement;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static DateTimeOffset? ReadStart(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(FormMember, out JsonElement form) && form.TryGetInt32(out int number) && number == Form
        && json.TryGetProperty("at", out JsonElement at) && at.TryGetDateTimeOffset(out DateTimeOffset time)
            ? time
            : null;
}
