using System.Globalization;
using LumenLink.Rendezvous.Registry;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;

namespace LumenLink.Rendezvous.Query;

/// <summary>
/// Reads the query parameters of a call. The first fault is kept in <see cref="Problem"/>; values read after one have
/// no meaning. Digits are looked at before numbers are parsed, because parsing takes zero characters at the end.
/// </summary>
internal sealed class QueryReader
{
    private static readonly string[] Rfc3339 =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    private readonly IQueryCollection query;

    public QueryReader(HttpRequest request)
    {
        query = request.Query;
        IReadOnlyList<QueryParameter> known =
            request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<QueryParameterSet>()?.Parameters ?? [];
        foreach (string name in query.Keys)
        {
            if (!known.Any(parameter => parameter.Name == name))
                Problem ??= Problems.Of(ProblemCode.UnknownParameter, KnownText(known));
        }
    }

    /// <summary>The first fault, or null.</summary>
    public ProblemHttpResult? Problem { get; private set; }

    /// <summary>A number within the parameter's bounds; its default when it is not given.</summary>
    public int Number(QueryParameter parameter)
    {
        if (Text(parameter) is not { } text)
            return parameter.Default ?? 0;
        if (text.All(char.IsAsciiDigit)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value >= parameter.Minimum && value <= parameter.Maximum)
            return value;
        Refuse(parameter, $"must be a whole number from {parameter.Minimum} to {parameter.Maximum}");
        return 0;
    }

    /// <summary>A number within the parameter's bounds, or null when it is not given.</summary>
    public int? NumberOrNull(QueryParameter parameter) => query.ContainsKey(parameter.Name) ? Number(parameter) : null;

    /// <summary>A place, or null when it is not given.</summary>
    public GeoPoint? Place(QueryParameter parameter)
    {
        if (Text(parameter) is not { } text)
            return null;
        if (GeoPoint.Parse(text) is { } place)
            return place;
        Refuse(parameter, "must be a latitude and a longitude in degrees, such as 52.5200066,13.404954");
        return null;
    }

    /// <summary>Text of any kind, or null when it is not given.</summary>
    public string? Any(QueryParameter parameter) => Text(parameter);

    /// <summary>One of the parameter's values, or null when it is not given.</summary>
    public string? Choice(QueryParameter parameter)
    {
        if (Text(parameter) is not { } text)
            return null;
        if (parameter.Values!.Contains(text, StringComparer.Ordinal))
            return text;
        Refuse(parameter, "must be one of " + string.Join(", ", parameter.Values!));
        return null;
    }

    /// <summary>Text of 1 to <paramref name="maximum"/> characters, or null when it is not given.</summary>
    public string? Label(QueryParameter parameter, int maximum)
    {
        if (Text(parameter) is not { } text)
            return null;
        if (text.Length > 0 && text.Length <= maximum)
            return text;
        Refuse(parameter, $"must have 1 to {maximum} characters");
        return null;
    }

    /// <summary>A beacon id, or null when it is not given.</summary>
    public BeaconId? Beacon(QueryParameter parameter)
    {
        if (Text(parameter) is not { } text)
            return null;
        if (BeaconId.TryParse(text, out BeaconId id))
            return id;
        Refuse(parameter, $"must be a beacon id of {BeaconId.TextLength} characters");
        return null;
    }

    /// <summary>An address, or null when it is not given.</summary>
    public long? Address(QueryParameter parameter)
    {
        if (Text(parameter) is not { } text)
            return null;
        if (text.Length == 12 && text.All(char.IsAsciiHexDigit)
            && long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long address))
            return address;
        Refuse(parameter, "must be 12 hexadecimal digits");
        return null;
    }

    /// <summary>A time, or null when it is not given.</summary>
    public DateTimeOffset? Time(QueryParameter parameter)
    {
        if (Text(parameter) is not { } text)
            return null;
        if (DateTimeOffset.TryParseExact(
            text, Rfc3339, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTimeOffset time))
            return time;
        Refuse(parameter, "must be a time like 2030-01-31T08:00:00Z; write a plus sign in a query as %2B");
        return null;
    }

    /// <summary>A row cursor, or null when it is not given.</summary>
    public long? Row(QueryParameter parameter)
    {
        if (Text(parameter) is not { } text)
            return null;
        if (text.All(char.IsAsciiDigit)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long row) && row > 0)
            return row;
        Refuse(parameter, "must be the next_cursor of a page of this call");
        return null;
    }

    /// <summary>Notes a fault that only the caller can see.</summary>
    public void Refuse(QueryParameter parameter, string sentence) => Problem ??= Problems.Of(
        ProblemCode.InvalidParameter, $"{parameter.Name} {sentence}.", ("parameter", parameter.Name));

    private string? Text(QueryParameter parameter)
    {
        if (!query.TryGetValue(parameter.Name, out StringValues values))
            return null;
        if (values.Count == 1)
            return values[0];
        Refuse(parameter, "must be given once");
        return null;
    }

    private static string KnownText(IReadOnlyList<QueryParameter> known) => known.Count == 0
        ? "This call takes no parameters."
        : "This call takes " + string.Join(", ", known.Select(parameter => parameter.Name)) + ".";
}
