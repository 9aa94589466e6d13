using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Sightings;
using WireRadio = LumenLink.Protocol.Radio;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>Something that is heard at a time, if the radio listens then.</summary>
internal sealed record Heard(long AtMs, ulong Address, byte Type, int Rssi, byte[]? Payload = null);

/// <summary>What a radio did, from when to when.</summary>
internal sealed record Span(RadioPhase Phase, long FromMs, long ToMs);

/// <summary>
/// Both radios of a board. Throws when device code would crash a board: advertising while scanning
/// and the like. Delivers what is in the air while it scans, each address once per window.
/// </summary>
internal sealed class SimRadio(SimClock clock, AutoResetEvent wake) : IBleRadio, IWifiScanner
{
    private readonly Queue<Heard> air = new();
    private readonly HashSet<ulong> inWindow = [];
    private SightingRing? bleRing;
    private SightingRing? wifiRing;
    private long sinceMs;
    private long wifiDoneMs;

    private RadioPhase Now { get; set; }

    internal List<Span> Done { get; } = [];

    internal List<byte[]> Advertised { get; } = [];

    internal List<byte[]> ScanResponses { get; } = [];

    internal List<(ulong Address, int Rssi)> Delivered { get; } = [];

    internal List<(ulong Address, int Rssi)> AccessPoints { get; } = [];

    internal int WifiScanMs { get; set; } = 6_500;

    internal bool RefuseAll { get; set; }

    /// <summary>Looks at the board in the moment an advertisement starts.</summary>
    internal Action<byte[]>? OnAdvertise { get; set; }

    /// <summary>The driver never says that a Wi-Fi scan is done.</summary>
    internal bool LosesWifiEvents { get; set; }

    public bool IsDone => wifiRing is null;

    public bool StartAdvertising(byte[] serviceData, byte[] status)
    {
        if (RefuseAll) return false;
        Begin(RadioPhase.Advertising);
        Advertised.Add([.. serviceData]);
        ScanResponses.Add([.. status]);
        OnAdvertise?.Invoke(serviceData);
        return true;
    }

    public void StopAdvertising() => End(RadioPhase.Advertising);

    bool IBleRadio.StartScan(SightingRing ring)
    {
        if (RefuseAll) return false;
        Begin(RadioPhase.BleScan);
        bleRing = ring;
        inWindow.Clear();
        return true;
    }

    public void StopScan()
    {
        End(RadioPhase.BleScan);
        bleRing = null;
    }

    bool IWifiScanner.StartScan(SightingRing ring)
    {
        if (RefuseAll) return false;
        wifiRing = ring;
        wifiDoneMs = long.MaxValue;
        if (LosesWifiEvents) return true;
        Begin(RadioPhase.WifiScan);
        wifiDoneMs = clock.NowMs + WifiScanMs;
        return true;
    }

    internal void Hear(IEnumerable<Heard> events)
    {
        foreach (Heard heard in events) air.Enqueue(heard);
    }

    /// <summary>When the radio next does something by itself.</summary>
    internal long NextMs => Math.Min(
        wifiRing is null ? long.MaxValue : wifiDoneMs, air.TryPeek(out Heard? next) ? next.AtMs : long.MaxValue);

    /// <summary>Callbacks of everything up to now.</summary>
    internal void Deliver()
    {
        while (air.TryPeek(out Heard? heard) && heard.AtMs <= clock.NowMs)
        {
            air.Dequeue();
            if (bleRing is not null && inWindow.Add(heard.Address))
            {
                byte[] payload = heard.Payload ?? [];
                bleRing.Put(
                    heard.Address, heard.Type, heard.Rssi, (byte)WireRadio.Ble, 3, payload, payload.Length);
                Delivered.Add((heard.Address, heard.Rssi));
            }
        }

        if (wifiRing is not null && clock.NowMs >= wifiDoneMs)
        {
            foreach ((ulong address, int rssi) in AccessPoints)
            {
                wifiRing.Put(address, 2, rssi, (byte)WireRadio.WiFi);
                Delivered.Add((address, rssi));
            }

            wifiRing = null;
            End(RadioPhase.WifiScan);
            wake.Set();
        }
    }

    private void Begin(RadioPhase phase)
    {
        if (Now != RadioPhase.Idle) throw new InvalidOperationException($"{phase} while {Now}");
        Now = phase;
        sinceMs = clock.NowMs;
    }

    private void End(RadioPhase phase)
    {
        if (Now != phase) throw new InvalidOperationException($"end of {phase} while {Now}");
        Done.Add(new Span(phase, sinceMs, clock.NowMs));
        Now = RadioPhase.Idle;
    }
}
