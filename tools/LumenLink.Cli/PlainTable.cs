using Spectre.Console;

namespace LumenLink.Cli;

/// <summary>Tables for people that read the same in a file: without colours, of one width.</summary>
internal static class PlainTable
{
    private const int Width = 120;

    /// <summary>A table with these columns and nothing in it.</summary>
    public static Table Of(params string[] columns) => new Table().Border(TableBorder.Simple).AddColumns(columns);

    /// <summary>Writes a table.</summary>
    public static void WriteTo(this Table table, TextWriter output)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = Width;
        console.Write(table);
    }
}
