using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Sightings;
using LumenLink.Protocol;

namespace LumenLink.Bench.Device;

/// <summary>
/// Both radios in a crowd that comes and goes. Half a second into a scan everything there is heard at once, each with
/// the three sections of an Eddystone-UID frame.
/// </summary>
internal sealed class StubRadio(StubClock clock, AutoResetEvent wake, ListedAllocations listed)
    : IBleRadio, IWifiScanner
{
    private const int Crowd = 7; // as in wire-size: about 42 sightings in a report of 6 windows
    private const int LeaveAWindow = 1;
    private const int AccessPoints = 8;
    private const int WifiScanMs = 6500;
    private const int HeardAfterMs = 500;

    // What nanoFramework's library makes of one event, by its sources. Arguments of 6 fields, an event of 4, an
    // advertisement of 7 with 3 lists of 2 fields and 4 places each, and the bytes as they came.
    private static readonly int EventBytes = NanoModel.Object(6) + NanoModel.Object(4) + NanoModel.Object(7)
        + (3 * (NanoModel.Object(2) + NanoModel.References(4))) + NanoModel.Bytes(Advertisement.MaxBytes);

    private static readonly byte[] Payload =
    [
        2, 0x01, 0x06, 3, 0x03, 0xAA, 0xFE, 23, 0x16, 0xAA, 0xFE, 0x00, 0xEE,
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 6, 0, 0,
    ];

    private SightingRing? _ble;
    private SightingRing? _wifi;
    private long _bleMs = long.MaxValue;
    private long _wifiMs = long.MaxValue;
    private uint _window;

    /// <inheritdoc/>
    public bool IsDone => _wifi is null;

    /// <summary>When something is heard next.</summary>
    public long NextMs => Math.Min(_bleMs, _wifiMs);

    /// <inheritdoc/>
    public bool StartAdvertising(byte[] serviceData, byte[] status)
    {
        Note(serviceData);
        Note(status);
        return true;
    }

    /// <inheritdoc/>
    public void StopAdvertising()
    {
    }

    bool IBleRadio.StartScan(SightingRing ring)
    {
        _ble = ring;
        _bleMs = clock.NowMs + HeardAfterMs;
        return true;
    }

    /// <inheritdoc/>
    public void StopScan()
    {
        _ble = null;
        _bleMs = long.MaxValue;
    }

    bool IWifiScanner.StartScan(SightingRing ring)
    {
        _wifi = ring;
        _wifiMs = clock.NowMs + WifiScanMs;
        return true;
    }

    /// <summary>Callbacks of everything up to now.</summary>
    public void Deliver()
    {
        if (_ble is not null && clock.NowMs >= _bleMs)
        {
            _bleMs = long.MaxValue;
            DeliverBle(_ble);
        }

        if (_wifi is not null && clock.NowMs >= _wifiMs)
        {
            for (uint i = 0; i < AccessPoints; i++)
                _wifi.Put(0x0200_0000_0001UL + i, 2, -50 - (int)i, (byte)Radio.WiFi);
            _wifi = null;
            _wifiMs = long.MaxValue;
            wake.Set();
        }
    }

    private void DeliverBle(SightingRing ring)
    {
        _window++;
        for (uint i = 0; i < Crowd; i++)
        {
            // So many leave with each window, and as many others come.
            uint who = ((_window * LeaveAWindow) + i) * 2654435761;
            int rssi = -40 - (int)((who >> 8) % 50) - (int)((who + _window) % 5);
            ring.Put(0xC000_0000_0000UL | who, 1, rssi, (byte)Radio.Ble, 3, Payload, Payload.Length);
            listed.Add(Listed.BleEvent, EventBytes);
            for (int at = 0; at < Payload.Length; at += Payload[at] + 1) NoteSection(Payload[at] - 1);
        }
    }

    /// <summary>Section, buffer and bytes by the library; the reader that takes them out, which ends with a fresh
    /// buffer of 32.</summary>
    private void NoteSection(int bytes) => listed.Add(
        Listed.BleSection,
        NanoModel.Object(2) + (2 * NanoModel.Object(2)) + NanoModel.Bytes(bytes) + NanoModel.Object(2)
        + NanoModel.Bytes(32));

    private void Note(byte[] content) => listed.Cross(
        Listed.Advertisement, content, NanoModel.Bytes(content.Length), NetSize.OfBytes(content.Length));
}
