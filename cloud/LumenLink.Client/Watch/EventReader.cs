using System.Net.ServerSentEvents;
using System.Text.Json;

namespace LumenLink.Client;

/// <summary>One connection of a watch: reads its events until it ends.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private const int MaxEventId = 256;

    private readonly HttpResponseMessage response;
    private readonly WatchedStream stream;
    private readonly Deadline silence;
    private readonly Caller caller;
    private readonly CancellationToken cancellationToken;
    private readonly SseParser<JsonElement?> parser;
    private readonly IAsyncEnumerator<SseItem<JsonElement?>> items;

    public EventReader(
        Caller caller, HttpResponseMessage response, Stream body, Deadline silence,
        CancellationToken cancellationToken)
    {
        this.caller = caller;
        this.response = response;
        this.silence = silence;
        this.cancellationToken = cancellationToken;
        stream = new WatchedStream(body, silence);
        parser = SseParser.Create(stream, (_, data) => Parse(data));
        items = parser.EnumerateAsync(silence.Token).GetAsyncEnumerator(silence.Token);
    }

    /// <summary>How long its readers wait before they connect again; null if it does not say.</summary>
    public TimeSpan? RetryAfter =>
        parser.ReconnectionInterval is { } wait && wait >= TimeSpan.Zero ? wait : null;

    /// <summary>The next event; null when the connection ended, broke or fell silent.</summary>
    /// <exception cref="LumenLinkException">What it says is no event of this service.</exception>
    public async Task<BeaconEvent?> NextAsync()
    {
        try
        {
            if (!await items.MoveNextAsync().ConfigureAwait(false))
                return null;
        }
        catch (Exception problem) when (caller.Unreachable(problem, cancellationToken) is not null)
        {
            return null;
        }

        stream.BeginEvent();
        if (items.Current.Data is not { ValueKind: JsonValueKind.Object } data)
            throw caller.NotUnderstood("its stream has an event that is no object");
        string type = items.Current.EventType;
        return new BeaconEvent
        {
            Kind = Kinds.TryGetValue(type, out BeaconEventKind kind) ? kind : BeaconEventKind.Unknown,
            Type = type,
            Id = parser.LastEventId is { Length: > 0 and <= MaxEventId } id ? id : null,
            At = data.TryGetProperty("at", out JsonElement at) && at.ValueKind == JsonValueKind.String
                && at.TryGetDateTimeOffset(out DateTimeOffset time) ? time : null,
            Beacon = data.TryGetProperty("beacon", out JsonElement beacon)
                && beacon.ValueKind == JsonValueKind.String ? beacon.GetString() : null,
            Data = data,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await items.DisposeAsync().ConfigureAwait(false);
        stream.Dispose();
        response.Dispose();
        silence.Dispose();
    }

    private static readonly Dictionary<string, BeaconEventKind> Kinds = new(StringComparer.Ordinal)
    {
        ["sightings"] = BeaconEventKind.Sightings,
        ["attestation"] = BeaconEventKind.Attestation,
        ["connection_refused"] = BeaconEventKind.ConnectionRefused,
        ["alarm"] = BeaconEventKind.Alarm,
        ["gap"] = BeaconEventKind.Gap,
    };

    private static JsonElement? Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            Utf8JsonReader reader = new(data);
            JsonElement value = JsonElement.ParseValue(ref reader);
            return reader.Read() ? null : value;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
