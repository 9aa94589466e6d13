using System.Globalization;

namespace LumenLink.Simulator;

/// <summary>One line of a trace.</summary>
/// <param name="Line">Line number in the file, from 1.</param>
/// <param name="UnixTicks">When, in units of 100 ns since 1970.</param>
/// <param name="Receiver">Who heard it, as written.</param>
/// <param name="Address">Advertiser's address, 48 bits.</param>
/// <param name="RssiDbm">Signal strength, dBm.</param>
public readonly record struct TraceLine(int Line, long UnixTicks, string Receiver, ulong Address, short RssiDbm);

/// <summary>A trace that cannot be read: which line, and why.</summary>
/// <param name="path">The file.</param>
/// <param name="line">Line number from 1; 0: the file as a whole.</param>
/// <param name="reason">Why.</param>
public sealed class TraceException(string path, int line, string reason)
    : Exception(line > 0 ? $"{path}, line {line}: {reason}" : $"{path}: {reason}")
{
    /// <summary>Line number from 1; 0: the file as a whole.</summary>
    public int Line => line;

    /// <summary>Why.</summary>
    public string Reason => reason;
}

/// <summary>
/// A recorded radio environment: text, one sighting a line, the first four columns separated by commas
/// <c>unix-seconds,receiver,address,rssi-dbm</c>; further columns are ignored, and so are empty lines and lines that
/// begin
/// with <c>#</c>.
/// </summary>
public sealed class TraceFile
{
    private const int Columns = 4;
    private const int ReceiverCharacters = 64;
    private const int AddressDigits = 12;
    private const decimal LastUnixSecond = 253402300799m;

    private TraceFile(IReadOnlyList<TraceLine> lines)
    {
        Lines = lines;
        Receivers = [.. lines.Select(line => line.Receiver).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>All sightings in order of time; those of equal time in the order of the file.</summary>
    public IReadOnlyList<TraceLine> Lines { get; }

    /// <summary>The receivers, each once, in order of their names.</summary>
    public IReadOnlyList<string> Receivers { get; }

    /// <summary>Time of the first sighting, units of 100 ns since 1970.</summary>
    public long FirstUnixTicks => Lines[0].UnixTicks;

    /// <summary>Time of the last sighting, units of 100 ns since 1970.</summary>
    public long LastUnixTicks => Lines[^1].UnixTicks;

    /// <summary>Reads a trace.</summary>
    /// <exception cref="TraceException">The file cannot be opened, or a line is not as it should be.</exception>
    public static TraceFile Read(string path)
    {
        try
        {
            using StreamReader reader = new(path);
            return Read(reader, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TraceException(path, 0, error.Message);
        }
    }

    /// <summary>Reads a trace from text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="name">How errors call it.</param>
    /// <exception cref="TraceException">A line is not as it should be, or there is none.</exception>
    public static TraceFile Read(TextReader reader, string name)
    {
        List<TraceLine> lines = [];
        Dictionary<string, string> receivers = [];
        for (int number = 1; ReadLine(reader, name, number) is { } text; number++)
        {
            if (text.Length == 0 || text[0] == '#') continue;
            if (number > SimLimits.TraceLines) throw new TraceException(name, number, "too many lines");
            string? reason = Parse(text, number, receivers, out TraceLine line);
            if (reason is not null) throw new TraceException(name, number, reason);
            lines.Add(line);
        }

        if (lines.Count == 0) throw new TraceException(name, 0, "no sighting in it");
        return new TraceFile([.. lines.OrderBy(line => line.UnixTicks)]);
    }

    /// <summary>Reads one line without trusting its length; null at the end.</summary>
    private static string? ReadLine(TextReader reader, string name, int number)
    {
        System.Text.StringBuilder text = new();
        int next;
        while ((next = reader.Read()) >= 0 && next != '\n')
        {
            if (text.Length == SimLimits.TraceLineCharacters)
                throw new TraceException(name, number, $"longer than {SimLimits.TraceLineCharacters} characters");
            text.Append((char)next);
        }

        if (next < 0 && text.Length == 0) return null;
        if (text.Length > 0 && text[^1] == '\r') text.Length--;
        return text.ToString();
    }

    private static string? Parse(string text, int number, Dictionary<string, string> receivers, out TraceLine line)
    {
        line = default;
        string[] columns = text.Split(',', Columns + 1);
        if (columns.Length < Columns) return $"{columns.Length} columns where at least {Columns} are needed";
        if (!decimal.TryParse(columns[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out decimal seconds)
            || seconds > LastUnixSecond)
            return $"the time '{Shown(columns[0])}' is no number of seconds since 1970";
        string receiver = columns[1];
        if (receiver.Length is 0 or > ReceiverCharacters || receiver is "." or ".." || !receiver.All(IsNameCharacter))
            return $"the receiver '{Shown(receiver)}' is not 1 to {ReceiverCharacters} letters, digits or '-_.:'";
        string digits = columns[2].Replace(":", "", StringComparison.Ordinal);
        if (digits.Length != AddressDigits
            || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out ulong address))
            return $"the address '{Shown(columns[2])}' is not {AddressDigits} hexadecimal digits";
        if (!sbyte.TryParse(columns[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out sbyte rssi))
            return $"the signal strength '{Shown(columns[3])}' is no whole number from -128 to 127";
        if (!receivers.TryGetValue(receiver, out string? known)) receivers[receiver] = known = receiver;
        line = new TraceLine(number, (long)(seconds * TimeSpan.TicksPerSecond), known, address, rssi);
        return null;
    }

    private static bool IsNameCharacter(char one) => char.IsAsciiLetterOrDigit(one) || one is '-' or '_' or '.' or ':';

    private static string Shown(string column) =>
        string.Concat(column.Take(ReceiverCharacters).Select(one => char.IsControl(one) ? '?' : one));
}
