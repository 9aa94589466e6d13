using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using LumenLink.Bench.Input;

namespace LumenLink.Bench.Baselines;

/// <summary>
/// The least JSON, one message per report:
/// <c>[boot,sequence,open,window_ms,[["a1b2c3d4e5f6",window,rssi],…]]</c>. Read with
/// <see cref="Utf8JsonReader"/>, without objects.
/// </summary>
internal sealed class JsonArrays : ISightingFormat
{
    private const int HeaderNumbers = 4;
    private const int AddressDigits = 12;

    /// <inheritdoc/>
    public string Name => "JSON arrays";

    /// <inheritdoc/>
    public bool CarriesTime => true;

    /// <inheritdoc/>
    public IReadOnlyList<Publish> Encode(ScanReport report)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(Receiver.Boot);
            writer.WriteNumberValue(report.Sequence);
            writer.WriteNumberValue(report.OpenUnixMs);
            writer.WriteNumberValue(report.Shape.WindowMs);
            writer.WriteStartArray();
            foreach (HeardSighting sighting in report.Sightings)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(sighting.Address.ToString("x12", CultureInfo.InvariantCulture));
                writer.WriteNumberValue(sighting.Window);
                writer.WriteNumberValue(sighting.RssiDbm);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            writer.WriteEndArray();
        }

        return [Publish.OnTopicOf(report, stream.ToArray())];
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlyMemory<byte> payload, SightingColumns sightings)
    {
        var reader = new Utf8JsonReader(payload.Span);
        Expect(ref reader, JsonTokenType.StartArray);
        for (int i = 0; i < HeaderNumbers; i++) Expect(ref reader, JsonTokenType.Number);
        Expect(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            Expect(ref reader, JsonTokenType.String);
            if (!Utf8Parser.TryParse(reader.ValueSpan, out ulong address, out int used, 'x') || used != AddressDigits)
                throw new FormatException("an address is not 12 hexadecimal digits");
            Expect(ref reader, JsonTokenType.Number);
            byte window = reader.GetByte();
            Expect(ref reader, JsonTokenType.Number);
            sightings.Add(window, address, reader.GetSByte());
            Expect(ref reader, JsonTokenType.EndArray);
        }

        Expect(ref reader, JsonTokenType.EndArray);
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type) throw new FormatException($"no {type} where one belongs");
    }
}
