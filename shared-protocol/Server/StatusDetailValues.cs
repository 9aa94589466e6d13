using System;

namespace LumenLink.Protocol
{
    /// <summary>How frames reach the service.</summary>
    /// <param name="Kind">What it speaks; perhaps a number without a name.</param>
    /// <param name="Index">Its place in the beacon's list, from 0.</param>
    public readonly record struct StatusTransport(TransportKind Kind, byte Index);

    /// <summary>How long the radio did what, in tenths of a second since boot.</summary>
    /// <param name="AdvertiseTenths">Advertising.</param>
    /// <param name="BleScanTenths">Scanning for BLE advertisers.</param>
    /// <param name="WifiScanTenths">Scanning for Wi-Fi access points.</param>
    public readonly record struct StatusRadioDuty(uint AdvertiseTenths, uint BleScanTenths, uint WifiScanTenths);

    /// <summary>Sightings left out since boot, by the filter that did it.</summary>
    /// <param name="Rssi">For their signal.</param>
    /// <param name="Address">For their address.</param>
    /// <param name="Service">For their services.</param>
    /// <param name="Manufacturer">For their manufacturer.</param>
    /// <param name="Unchanged">Because nothing had changed.</param>
    public readonly record struct StatusFiltered(
        uint Rssi, uint Address, uint Service, uint Manufacturer, uint Unchanged);

    /// <summary>How the link fared since boot.</summary>
    /// <param name="Connects">Connections made.</param>
    /// <param name="ConnectFailures">Connections that failed or were refused.</param>
    /// <param name="ReceiptsMissed">Times that a receipt failed to come.</param>
    /// <param name="DownlinkRefused">Frames from the service that were not believed.</param>
    public readonly record struct StatusLink(
        uint Connects, uint ConnectFailures, uint ReceiptsMissed, uint DownlinkRefused);

    /// <summary>What went wrong since boot.</summary>
    /// <param name="Radio">Starts and scans that a radio refused.</param>
    /// <param name="Chip">Times that the chip did not do what it was asked for.</param>
    /// <param name="TornRecords">Pieces of the queue that could not be read back whole.</param>
    /// <param name="Other">Faults of every other kind.</param>
    public readonly record struct StatusFaults(uint Radio, uint Chip, uint TornRecords, uint Other);

    /// <summary>
    /// The details of a status as read (README section 4), the mirror of <see cref="StatusDetails"/>. Null: not told; a
    /// beacon leaves out a detail whose numbers are all 0.
    /// </summary>
    /// <param name="Transport">How frames reach the service.</param>
    /// <param name="RadioDuty">How long the radio did what.</param>
    /// <param name="Filtered">Sightings left out.</param>
    /// <param name="Link">How the link fared.</param>
    /// <param name="SecurityLevel">Where the key lives; perhaps a number without a name.</param>
    /// <param name="ConfigVersion">Version of the configuration.</param>
    /// <param name="Faults">What went wrong.</param>
    /// <param name="EidPeriod">Period of the Eddystone-EID that it advertises.</param>
    public readonly record struct StatusDetailValues(
        StatusTransport? Transport,
        StatusRadioDuty? RadioDuty,
        StatusFiltered? Filtered,
        StatusLink? Link,
        KeyHome? SecurityLevel,
        uint? ConfigVersion,
        StatusFaults? Faults,
        uint? EidPeriod = null)
    {
        /// <summary>Reads details up to the end of <paramref name="rest"/>.</summary>
        internal static WireError Read(ReadOnlySpan<byte> rest, out StatusDetailValues details)
        {
            details = default;
            int seen = 0;
            while (!rest.IsEmpty)
            {
                if (rest.Length < StatusDetails.HeaderSize || rest[1] > rest.Length - StatusDetails.HeaderSize)
                {
                    return WireError.TooShort;
                }

                StatusDetail id = (StatusDetail)rest[0];
                ReadOnlySpan<byte> data = rest.Slice(StatusDetails.HeaderSize, rest[1]);
                rest = rest[(StatusDetails.HeaderSize + data.Length)..];
                int size = SizeOf(id);
                if (size == 0)
                {
                    continue;
                }

                if ((seen & (1 << (int)id)) != 0)
                {
                    return WireError.Repeated;
                }

                if (data.Length != size)
                {
                    return WireError.LengthInvalid;
                }

                seen |= 1 << (int)id;
                details = details.With(id, data);
            }

            return WireError.None;
        }

        /// <summary>Bytes of data of a known detail; 0 of another.</summary>
        internal static int SizeOf(StatusDetail id) => id switch
        {
            StatusDetail.Transport => StatusDetails.TransportSize,
            StatusDetail.RadioDuty => StatusDetails.RadioDutySize,
            StatusDetail.Filtered => StatusDetails.FilteredSize,
            StatusDetail.Link => StatusDetails.LinkSize,
            StatusDetail.SecurityLevel => StatusDetails.SecurityLevelSize,
            StatusDetail.ConfigVersion => StatusDetails.ConfigVersionSize,
            StatusDetail.Faults => StatusDetails.FaultsSize,
            StatusDetail.EidPeriod => StatusDetails.EidPeriodSize,
            _ => 0,
        };

        private StatusDetailValues With(StatusDetail id, ReadOnlySpan<byte> data) => id switch
        {
            StatusDetail.Transport => this with { Transport = new((TransportKind)data[0], data[1]) },
            StatusDetail.RadioDuty => this with { RadioDuty = new(data.U32(0), data.U32(4), data.U32(8)) },
            StatusDetail.Filtered => this with
            {
                Filtered = new(data.U32(0), data.U32(4), data.U32(8), data.U32(12), data.U32(16)),
            },
            StatusDetail.Link => this with
            {
                Link = new(data.U32(0), data.U32(4), data.U32(8), data.U32(12)),
            },
            StatusDetail.SecurityLevel => this with { SecurityLevel = (KeyHome)data[0] },
            StatusDetail.ConfigVersion => this with { ConfigVersion = data.U32(0) },
            StatusDetail.Faults => this with
            {
                Faults = new(data.U32(0), data.U32(4), data.U32(8), data.U32(12)),
            },
            StatusDetail.EidPeriod => this with { EidPeriod = data.U32(0) },
            _ => this,
        };
    }
}
