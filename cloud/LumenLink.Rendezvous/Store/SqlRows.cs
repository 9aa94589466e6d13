using System.Text;

namespace LumenLink.Rendezvous.Store;

/// <summary>Rows for one INSERT, which both engines take in one go.</summary>
/// <param name="table">Where they go.</param>
/// <param name="columns">Their columns, in the order of the values.</param>
internal sealed class SqlRows(string table, params string[] columns)
{
    private readonly List<object?[]> rows = [];

    /// <summary>How many there are.</summary>
    public int Count => rows.Count;

    /// <summary>Adds a row: one value for each column.</summary>
    public void Add(params object?[] values)
    {
        if (values.Length != columns.Length)
            throw new ArgumentException("a value for each column");
        rows.Add(values);
    }

    /// <summary>The INSERT of all rows, with the end that this says; further statements may follow in it.</summary>
    public SqlStatement On(SqlWork work, string end)
    {
        StringBuilder text = new();
        AppendTo(text);
        return Fill(work.Sql(text.Append(end).ToString()));
    }

    /// <summary>Appends the INSERT to a text of several; nothing without rows.</summary>
    public void AppendTo(StringBuilder text)
    {
        if (rows.Count == 0)
            return;
        text.Append("INSERT INTO ").Append(table).Append(" (").AppendJoin(", ", columns).Append(") VALUES ");
        for (int row = 0; row < rows.Count; row++)
        {
            text.Append(row == 0 ? "(" : ", (");
            for (int column = 0; column < columns.Length; column++)
                text.Append(column == 0 ? "@" : ", @").Append(Name(row, column));
            text.Append(')');
        }
    }

    /// <summary>Sets the parameters of the INSERT.</summary>
    public SqlStatement Fill(SqlStatement statement)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            for (int column = 0; column < columns.Length; column++)
                statement.With(Name(row, column), rows[row][column]);
        }

        return statement;
    }

    private string Name(int row, int column) => $"{table}_{row}_{column}";
}
