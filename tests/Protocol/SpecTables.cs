namespace LumenLink.Tests.Protocol;

/// <summary>One table of the specification: its column names and its rows of cells.</summary>
internal sealed record SpecTable(string[] Columns, IReadOnlyList<string[]> Rows)
{
    public string Key => string.Join('|', Columns);

    public static IReadOnlyList<SpecTable> Of(string markdown)
    {
        List<SpecTable> tables = [];
        List<string[]> rows = [];
        foreach (string line in markdown.Split('\n').Append(string.Empty))
        {
            if (line.StartsWith('|'))
            {
                // "||" is concatenation and stands between backquotes.
                string[] cells = line.TrimEnd()[1..^1].Replace("||", "++", StringComparison.Ordinal).Split('|');
                rows.Add([.. cells.Select(c => c.Trim())]);
            }
            else if (rows.Count > 0)
            {
                tables.Add(new SpecTable(rows[0], rows[2..]));
                rows = [];
            }
        }

        return tables;
    }
}
