using System.Globalization;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Dashboard;

/// <summary>Times and amounts as people say them.</summary>
internal static class Wording
{
    /// <summary>How long ago, in one unit; "never" for null.</summary>
    public static string Ago(DateTimeOffset? at, DateTimeOffset now) =>
        at is null ? "never" : (now - at.Value).TotalSeconds switch
        {
            < 1.5 => "just now",
            _ => Span(now - at.Value) + " ago",
        };

    /// <summary>How long until, in one unit.</summary>
    public static string In(DateTimeOffset at, DateTimeOffset now) => at <= now ? "over" : "in " + Span(at - now);

    /// <summary>A span in its largest unit.</summary>
    public static string Span(TimeSpan span) => span.TotalSeconds switch
    {
        < 90 => Number(span.TotalSeconds) + " s",
        < 90 * 60 => Number(span.TotalMinutes) + " min",
        < 36 * 3600 => Number(span.TotalHours) + " h",
        < 48 * 3600 => "1 day",
        _ => Number(span.TotalDays) + " days",
    };

    /// <summary>A time in full, UTC.</summary>
    public static string Full(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A count with thin groups.</summary>
    public static string Count(long count) =>
        count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202f');

    /// <summary>A rate: one digit behind the point while it is small.</summary>
    public static string Rate(double perSecond) =>
        perSecond.ToString(perSecond < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    /// <summary>Bytes in KiB or MiB.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => $"{Number(bytes / 1024.0)} KiB",
        _ => $"{(bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture)} MiB",
    };

    /// <summary>A share in percent, one digit behind the point while it is small; never above 100.</summary>
    public static string Percent(double part, double whole)
    {
        double percent = whole > 0 ? Math.Min(100 * part / whole, 100) : 0;
        return percent.ToString(percent < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " %";
    }

    /// <summary>The page that follows a sighting.</summary>
    public static string TraceOf(SightingView sighting) =>
        "/trace/" + sighting.RowId.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => Math.Floor(value).ToString("0", CultureInfo.InvariantCulture);
}
