using System.Globalization;
using System.Text;
using System.Text.Json;
using LumenLink.Bench.Input;

namespace LumenLink.Bench.Baselines;

/// <summary>
/// What OpenMQTTGateway's BLE gateway publishes: JSON, one message per sighting, QoS 0, on
/// <c>home/OpenMQTTGateway/BTtoMQTT/{address}</c>. The fields are those of its manual (docs/use/ble.md) and its sources
/// (main/ZgatewayBT.ino, 1.x). It sends no time, no report and no proof of origin.
/// </summary>
/// <param name="isIBeacon">
/// True for the message that its manual shows for an iBeacon; false for the shortest one, of a device that it does not
/// know.
/// </param>
internal sealed class OpenMqttGatewayJson(bool isIBeacon) : ISightingFormat
{
    private const string Topic = "home/OpenMQTTGateway/BTtoMQTT/";

    // The sightings have no payload: these are constants of the right length.
    private const string IBeacon =
        ",\"brand\":\"GENERIC\",\"model\":\"iBeacon\",\"model_id\":\"IBEACON\",\"mfid\":\"4c00\","
        + "\"uuid\":\"00112233445566778899aabbccddeeff\",\"major\":0,\"minor\":0,\"txpower\":-66";

    /// <inheritdoc/>
    public string Name => isIBeacon ? "OpenMQTTGateway JSON, iBeacon" : "OpenMQTTGateway JSON, device not known";

    /// <inheritdoc/>
    public bool CarriesTime => false;

    /// <inheritdoc/>
    public IReadOnlyList<Publish> Encode(ScanReport report) => [.. report.Sightings.Select(Message)];

    /// <inheritdoc/>
    public void Decode(ReadOnlyMemory<byte> payload, SightingColumns sightings)
    {
        ulong? address = null;
        sbyte? rssiDbm = null;
        var reader = new Utf8JsonReader(payload.Span);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            if (reader.ValueTextEquals("id"u8) && reader.Read())
                address = Convert.ToUInt64(reader.GetString()!.Replace(":", "", StringComparison.Ordinal), 16);
            else if (reader.ValueTextEquals("rssi"u8) && reader.Read())
                rssiDbm = reader.GetSByte();
        }

        if (address is null || rssiDbm is null) throw new FormatException("a message without id or rssi");
        sightings.Add(0, address.Value, rssiDbm.Value);
    }

    private Publish Message(HeardSighting sighting)
    {
        string digits = sighting.Address.ToString("X12", CultureInfo.InvariantCulture);
        string id = string.Join(':', digits.Chunk(2).Select(pair => new string(pair)));
        string type = isIBeacon ? "\"mac_type\":1" : "\"mac_type\":1,\"adv_type\":0";
        string text = $"{{\"id\":\"{id}\",{type},\"rssi\":{sighting.RssiDbm.ToString(CultureInfo.InvariantCulture)}"
            + (isIBeacon ? IBeacon : "") + "}";
        return new Publish(Topic + digits, false, Encoding.UTF8.GetBytes(text));
    }
}
