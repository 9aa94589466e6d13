using Microsoft.OpenApi;

namespace LumenLink.Rendezvous.Query;

/// <summary>A query parameter: what the description says of it and what the reader holds it to.</summary>
/// <param name="Name">Name in the query.</param>
/// <param name="Type">JSON type of its value.</param>
/// <param name="Description">What it does.</param>
/// <param name="Example">A value.</param>
internal sealed record QueryParameter(string Name, JsonSchemaType Type, string Description, string Example)
{
    /// <summary>Smallest number.</summary>
    public int Minimum { get; init; }

    /// <summary>Largest number.</summary>
    public int Maximum { get; init; }

    /// <summary>Number when it is not given; null when there is none.</summary>
    public int? Default { get; init; }

    /// <summary>The values that it may have, or null.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>OpenAPI format, or null.</summary>
    public string? Format { get; init; }
}

/// <summary>Endpoint metadata: the query parameters that the call has; others are refused.</summary>
internal sealed record QueryParameterSet(IReadOnlyList<QueryParameter> Parameters);

/// <summary>All query parameters of the API.</summary>
internal static class QueryParameters
{
    /// <summary>Value of <see cref="Status"/> that does not filter.</summary>
    public const string AnyStatus = "all";

    public static readonly QueryParameter Status = new(
        "status", JsonSchemaType.String, "Only beacons with this status; live when it is not given.", "live")
    {
        Values = [.. NamesOf<FleetStatus>(), AnyStatus],
    };

    public static readonly QueryParameter Region = new(
        "region", JsonSchemaType.String, "Only beacons of this region, compared exactly.", "hall-2");

    public static readonly QueryParameter Level = new(
        "level", JsonSchemaType.String, "Only beacons of this security level.", "secure_element")
    {
        Values = NamesOf<Registry.SecurityLevel>(),
    };

    public static readonly QueryParameter Near = new(
        "near", JsonSchemaType.String,
        "A place, latitude,longitude in degrees: nearest first, unless another order is asked for.",
        "52.5200066,13.404954");

    public static readonly QueryParameter WithinM = new(
        "within_m", JsonSchemaType.Integer, "Only beacons so many metres from near at most.", "500")
    {
        Minimum = 1,
        Maximum = ApiLimits.MaxWithinM,
    };

    public static readonly QueryParameter Load = new(
        "load", JsonSchemaType.Integer,
        "Only beacons on which so many records waited at most, as their last status told.", "16")
    {
        Minimum = 0,
        Maximum = ApiLimits.MaxQueueRecords,
    };

    public static readonly QueryParameter Order = new(
        "order", JsonSchemaType.String,
        "What comes first: by name, nearest (with near), or least records waiting; by name when it is not given, with "
        + "near nearest.", "load")
    {
        Values = NamesOf<GatewayOrder>(),
    };

    public static readonly QueryParameter Limit = new(
        "limit", JsonSchemaType.Integer, "Items of a page at most.", "100")
    {
        Minimum = 1,
        Maximum = ApiLimits.MaxPage,
        Default = ApiLimits.DefaultPage,
    };

    public static readonly QueryParameter BeaconCursor = new(
        "cursor", JsonSchemaType.String, "The next_cursor of the page before.", "AQIDBAUGBwg");

    public static readonly QueryParameter StatusCursor = new(
        "cursor", JsonSchemaType.String, "The next_cursor of the page before.", "1895992800000-7-42");

    public static readonly QueryParameter SightingCursor = new(
        "cursor", JsonSchemaType.String, "The next_cursor of the page before.", "90210");

    public static readonly QueryParameter CommandCursor = new(
        "cursor", JsonSchemaType.String, "The next_cursor of the page before.", "17");

    /// <summary>Value of <see cref="AlarmState"/> when it is not given.</summary>
    public const string OpenAlarms = "open";

    public static readonly QueryParameter AlarmState = new(
        "state", JsonSchemaType.String, "Only alarms of this state; open when it is not given.", OpenAlarms)
    {
        Values = [.. NamesOf<Query.AlarmState>(), AnyStatus],
    };

    public static readonly QueryParameter AlarmBeacon = new(
        "beacon", JsonSchemaType.String, "Only alarms of this beacon.", "AQIDBAUGBwg");

    public static readonly QueryParameter AlarmCursor = new(
        "cursor", JsonSchemaType.String, "The next_cursor of the page before.", "17");

    /// <summary>A value of <see cref="DryRun"/>.</summary>
    public const string Yes = "true";

    public static readonly QueryParameter DryRun = new(
        "dry_run", JsonSchemaType.String, "Whether to check only; false when it is not given.", Yes)
    {
        Values = [Yes, "false"],
    };

    public static readonly QueryParameter EntryCursor = new(
        "cursor", JsonSchemaType.String, "The next_cursor of the page before.",
        "5f0c9a1be7d24c6f8a3b2e1d4c5f6a7b-42");

    public static readonly QueryParameter HeadCursor = new(
        "cursor", JsonSchemaType.String, "The next_cursor of the page before.", "17");

    public static readonly QueryParameter KeyCursor = new(
        "cursor", JsonSchemaType.String, "The next_cursor of the page before.", "4f2a90c1d5e6b708");

    public static readonly QueryParameter PoisonedCursor = new(
        "cursor", JsonSchemaType.String, "The next_cursor of the page before.", "17");

    public static readonly QueryParameter Since = new(
        "since", JsonSchemaType.Integer, "How many seconds to look back.", "300")
    {
        Minimum = 1,
        Maximum = ApiLimits.MaxPresenceSeconds,
        Default = ApiLimits.DefaultPresenceSeconds,
    };

    public static readonly QueryParameter Hours = new(
        "hours", JsonSchemaType.Integer, "How many hours to look back.", "24")
    {
        Minimum = 1,
        Maximum = ApiLimits.MaxHours,
        Default = ApiLimits.DefaultHours,
    };

    public static readonly QueryParameter Beacon = new(
        "beacon", JsonSchemaType.String, "Only what this beacon heard.", "AQIDBAUGBwg");

    public static readonly QueryParameter Address = new(
        "address", JsonSchemaType.String, "Only this address or pseudonym, 12 hexadecimal digits.", "c0ffee123456");

    public static readonly QueryParameter From = new(
        "from", JsonSchemaType.String, "Stored at or after this time (RFC 3339).", "2030-01-31T08:00:00Z")
    {
        Format = "date-time",
    };

    public static readonly QueryParameter To = new(
        "to", JsonSchemaType.String, "Stored before this time (RFC 3339).", "2030-01-31T09:00:00Z")
    {
        Format = "date-time",
    };

    /// <summary>Says which parameters a call has.</summary>
    public static RouteHandlerBuilder WithParameters(
        this RouteHandlerBuilder builder, params QueryParameter[] parameters) =>
        builder.WithMetadata(new QueryParameterSet(parameters));

    private static string[] NamesOf<T>()
        where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName)];
}
