namespace LumenLink.Tests.Uplink.Week;

/// <summary>What must hold after a week, and all that does not.</summary>
internal static class WeekChecks
{
    /// <summary>
    /// What the heap may have grown by, from the second third of the looks to the last, smallest by smallest: a stopped
    /// service's objects are found by some looks and not by others, and what connections and the test's own books of
    /// the last hours hold is chance. A leak stays in every look: one object a report doubles the smallest.
    /// </summary>
    private const double HeapGrowthMax = 1.2;

    /// <summary>What a table's median may be larger by: half, and a few entries of a small one.</summary>
    private const double TableGrowthMax = 1.5;

    /// <summary>See <see cref="TableGrowthMax"/>.</summary>
    private const int TableEntriesMore = 16;

    /// <summary>Everything that is wrong; empty when nothing is.</summary>
    public static List<string> Of(WeekRun run, WeekOptions options)
    {
        List<string> wrong = OfBooks(run, options);
        CheckGrowth(run.Looks, wrong);
        wrong.AddRange(OfBounds(
            run.Looks, TableBounds.Of(run.Boards.Length, run.Boards.Max(board => board.Board.QueueSegments))));
        return wrong;
    }

    /// <summary>Tables that are beyond their bounds in any of the looks, or state none.</summary>
    public static IEnumerable<string> OfBounds(
        IEnumerable<WeekLook> looks, IReadOnlyDictionary<string, long> bounds) =>
        from look in looks
        from table in look.Tables
        group table.Value by table.Key into values
        let bound = bounds.GetValueOrDefault(values.Key, -1)
        where values.Max() > bound
        select bound < 0
            ? $"table {values.Key} states no bound"
            : $"table {values.Key} had {values.Max()} entries, its bound is {bound}";

    /// <summary>What is wrong with the books alone: of a run too short to tell growth from a start.</summary>
    public static List<string> OfBooks(WeekRun run, WeekOptions options)
    {
        List<string> wrong = [];
        foreach (WeekBoard board in run.Boards)
            Check(board, options, wrong);
        if (run.Stored.Refused != 0)
            wrong.Add($"{run.Stored.Refused} records were refused");
        if (run.Stored.Count("alarms") is > 0 and var alarms)
            wrong.Add($"{alarms} alarms, and nobody was copied");
        return wrong;
    }

    private static void Check(WeekBoard board, WeekOptions options, List<string> wrong)
    {
        string name = board.Board.Name;
        wrong.AddRange(board.Ledger.Complaints.Take(10));
        long[] missing = [.. board.Ledger.Missing.Select(record => record.Sequence)];
        if (missing.Length > 0)
            wrong.Add($"{name}: {missing.Length} records were durable and are not stored, not dropped either");
        if (board.Ledger.Stored < options.Length.TotalMinutes / 2)
            wrong.Add($"{name}: only {board.Ledger.Stored} records");
        if (board.Ledger.Dropped.Count > board.Total("DroppedRecords"))
            wrong.Add($"{name}: {board.Ledger.Dropped.Count} records gave way, "
                + $"{board.Total("DroppedRecords")} were counted");
        if (board.Ledger.LargestQueueBytes > board.Board.QueueBytes)
            wrong.Add($"{name}: the queue took {board.Ledger.LargestQueueBytes} bytes");
        foreach (string counter in (string[])["RecordsRefused", "Faults", "TornRecords"])
        {
            if (board.Total(counter) != 0)
                wrong.Add($"{name}: {counter} {board.Total(counter)}");
        }

        wrong.AddRange(board.Board.Board.Deadlocks);
        if (options.IsPreempted != board.Board.Board.Suspensions > 1000)
            wrong.Add($"{name}: {board.Board.Board.Suspensions} strands were suspended");
        if (board.Board.Board.UncaughtExceptions != 0)
            wrong.Add($"{name}: {board.Board.Board.UncaughtExceptions} exceptions, {board.Board.Board.LastUncaught}");
    }

    /// <summary>The last third of the looks, compared with the one before; the first is the warm-up.</summary>
    private static void CheckGrowth(IReadOnlyList<WeekLook> looks, List<string> wrong)
    {
        int third = looks.Count / 3;
        WeekLook[] before = [.. looks.Skip(looks.Count - (2 * third)).Take(third)];
        WeekLook[] last = [.. looks.TakeLast(third)];
        double heap = Least(last) / Least(before);
        if (!(heap <= HeapGrowthMax))
            wrong.Add(FormattableString.Invariant($"the heap grew to {heap:0.000} times its size"));
        foreach (string table in last.SelectMany(look => look.Tables.Keys).Distinct())
        {
            double was = Median(before.Select(look => look.Tables.GetValueOrDefault(table)));
            double @is = Median(last.Select(look => look.Tables.GetValueOrDefault(table)));
            if (@is > (was * TableGrowthMax) + TableEntriesMore)
                wrong.Add($"table {table} grew from {was} to {@is}");
        }
    }

    private static double Least(WeekLook[] looks) =>
        looks.Length == 0 ? double.NaN : looks.Min(look => look.HeapBytes);

    private static double Median(IEnumerable<long> values)
    {
        long[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }
}
