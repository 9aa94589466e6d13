namespace LumenLink.Simulator;

/// <summary>What one board is made of.</summary>
public sealed class SimBoardOptions
{
    /// <summary>Name in logs and errors.</summary>
    public required string Name { get; init; }

    /// <summary>Folder that the device sees as <c>I:\</c>; made when absent.</summary>
    public required string FlashFolder { get; init; }

    /// <summary>Public Bluetooth and Wi-Fi address, 48 bits.</summary>
    public ulong Address { get; init; }

    /// <summary>What its Bluetooth receiver hears; null: silence.</summary>
    public IRadioSource? Radio { get; init; }

    /// <summary>Access points that a Wi-Fi scan finds.</summary>
    public IReadOnlyList<SimAccessPoint> AccessPoints { get; init; } = [];

    /// <summary>
    /// Whether the radio's log keeps every scan window, for whoever compares them with what was reported; a board that
    /// runs for weeks has none.
    /// </summary>
    public bool KeepsScanWindows { get; init; } = true;

    /// <summary>How strands are suspended at host calls; null: never. For virtual worlds.</summary>
    public Preemption? Preemption { get; init; }

    /// <summary>Receives each console line as it is written; called on the thread that writes.</summary>
    public Action<string>? OnConsoleLine { get; init; }
}

/// <summary>An access point in reach of a board.</summary>
/// <param name="Bssid">Address, 48 bits.</param>
/// <param name="Ssid">Network name.</param>
/// <param name="RssiDbm">Signal strength, dBm.</param>
public sealed record SimAccessPoint(ulong Bssid, string Ssid, int RssiDbm);
