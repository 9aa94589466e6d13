using System.Globalization;
using System.Text.RegularExpressions;

namespace LumenLink.Bench.Fleet;

/// <summary>What a progress line of the fleet says.</summary>
/// <param name="Attested">Beacons attested.</param>
/// <param name="Receipted">Records that the service has receipted.</param>
/// <param name="Queued">Records that wait for a receipt.</param>
/// <param name="AtMs">When the line came, milliseconds.</param>
internal sealed partial record FleetProgress(int Attested, long Receipted, long Queued, long AtMs)
{
    /// <summary>Reads a line; null if it is another one.</summary>
    public static FleetProgress? Parse(string line, long atMs)
    {
        Match match = Progress().Match(line);
        return match.Success
            ? new FleetProgress(
                int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
                long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture),
                long.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture),
                atMs)
            : null;
    }

    /// <summary>True for the line that says that every beacon is judged, or will not be waited for.</summary>
    public static bool SaysJudged(string line) => Judged().IsMatch(line);

    [GeneratedRegex(@"^fleet: attested (\d+)/\d+, .* records receipted (\d+), queued (\d+)$")]
    private static partial Regex Progress();

    [GeneratedRegex(@"^fleet: \d+ of \d+ boards attested$")]
    private static partial Regex Judged();
}
