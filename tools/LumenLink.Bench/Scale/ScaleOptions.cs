using System.Globalization;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Bench.Scale;

/// <summary>What tools/bench.sh size is asked for.</summary>
/// <param name="Beacons">Numbers of connected beacons, rising.</param>
/// <param name="Rows">Numbers of stored sightings, rising.</param>
/// <param name="IsSqlite">The store: SQLite, or PostgreSQL.</param>
/// <param name="Rate">Sightings a second that are offered, the same at every size.</param>
/// <param name="Seconds">Seconds that are measured at each size.</param>
internal sealed record ScaleOptions(
    IReadOnlyList<int> Beacons, IReadOnlyList<long> Rows, bool IsSqlite, int Rate, int Seconds)
{
    /// <summary>The store.</summary>
    public StoreEngine Engine => IsSqlite ? StoreEngine.Sqlite : StoreEngine.PostgreSql;

    /// <summary>Most beacons: as many as the service takes connections, with room for those that come again.</summary>
    public const int MaxBeacons = 15_000;

    /// <summary>Most stored sightings.</summary>
    public const long MaxRows = 1_000_000_000;

    /// <summary>Beacons that send while rows are measured.</summary>
    public const int RowBeacons = 100;

    /// <summary>How much worse than at the smallest size a figure may be.</summary>
    public const double GoalPercent = 20;

    /// <summary>Reads numbers between commas, rising.</summary>
    /// <exception cref="BenchException">They are not.</exception>
    public static long[] Numbers(string option, string text, long most)
    {
        List<long> numbers = [];
        foreach (string word in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            bool isNumber = long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
            if (!isNumber || number < 1 || number > most || (numbers.Count > 0 && number <= numbers[^1]))
                throw new BenchException($"{option} takes rising numbers from 1 to {most}, between commas.");
            numbers.Add(number);
        }

        return [.. numbers];
    }
}
