using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using LumenLink.Cli.Beacon;

namespace LumenLink.Cli.Enroll;

/// <summary>A line of a file of boards.</summary>
/// <param name="Number">Its number in the file, from 1; the header is the first.</param>
/// <param name="Terms">What it says; null when it cannot be read.</param>
/// <param name="Problem">Why it cannot be read; empty when it can.</param>
internal sealed record FileLine(int Number, BoardTerms? Terms, string Problem);

/// <summary>Files of boards: CSV (RFC 4180), UTF-8, a header with names of columns, a board a line.</summary>
internal static class BoardsFile
{
    /// <summary>The columns that there may be, in any order.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "public_key", "certificate", "name", "region", "level", "hardware_model", "group", "latitude", "longitude",
    ];

    private const long MaxBytes = 16 << 20;

    /// <summary>Reads all lines; those that are no boards say why.</summary>
    /// <exception cref="BeaconException">It is no such file.</exception>
    public static IReadOnlyList<FileLine> Read(string file)
    {
        if (new FileInfo(file).Length > MaxBytes)
            throw new BeaconException($"{file} is larger than {MaxBytes >> 20} MiB: split it.", isInput: true);
        bool isBad = false;
        CsvConfiguration configuration = new(CultureInfo.InvariantCulture)
        {
            TrimOptions = TrimOptions.Trim,
            BadDataFound = _ => isBad = true,
        };
        using CsvReader reader = new(new StreamReader(file), configuration);
        string[] header = reader.Read() && reader.ReadHeader() ? reader.HeaderRecord! : [];
        CheckHeader(file, header);
        List<FileLine> lines = [];
        while (reader.Read())
        {
            int number = reader.Parser.RawRow;
            string problem = isBad ? "A quotation mark stands where none may: put the field in quotes, and double it."
                : reader.Parser.Count != header.Length
                    ? $"There are {reader.Parser.Count} fields, and {header.Length} columns in the header."
                : "";
            lines.Add(new FileLine(number, problem.Length > 0 ? null : Terms(reader, header), problem));
            isBad = false;
        }

        return lines;
    }

    private static void CheckHeader(string file, string[] header)
    {
        string known = string.Join(", ", Columns);
        if (header.Except(Columns).FirstOrDefault() is { } unknown)
            throw new BeaconException($"{file}: column \"{unknown}\" is none of {known}.", isInput: true);
        if (header.Length == 0 || header.Distinct().Count() != header.Length)
            throw new BeaconException($"{file}: the first line names each column once: {known}.", isInput: true);
        if (!header.Contains(Columns[0]) && !header.Contains(Columns[1]))
            throw new BeaconException($"{file}: there must be a column public_key or certificate.", isInput: true);
    }

    private static BoardTerms Terms(CsvReader reader, string[] header)
    {
        return new BoardTerms(
            Field("public_key"), Field("certificate"), Field("name"), Field("region"), Field("level"),
            Field("hardware_model"), Field("group"), Location());

        string? Location() => (Field("latitude"), Field("longitude")) is (null, null)
            ? null
            : $"{Field("latitude")},{Field("longitude")}";

        string? Field(string column) =>
            Array.IndexOf(header, column) is >= 0 and var index && reader.GetField(index) is { Length: > 0 } text
                ? text
                : null;
    }
}
