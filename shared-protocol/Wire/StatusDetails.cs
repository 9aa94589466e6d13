namespace LumenLink.Protocol
{
    // Layout (README section 4): details back to back, each id u8, length u8, data.

    /// <summary>
    /// The details of a Status. One whose numbers are all 0 is not written. Counts and times are since boot.
    /// </summary>
    public sealed class StatusDetails
    {
        internal const int HeaderSize = 2;
        internal const int TransportSize = 2 * 1;
        internal const int RadioDutySize = 3 * 4;
        internal const int FilteredSize = 5 * 4;
        internal const int LinkSize = 4 * 4;
        internal const int SecurityLevelSize = 1;
        internal const int ConfigVersionSize = 4;
        internal const int FaultsSize = 4 * 4;
        internal const int EidPeriodSize = 4;

        /// <summary>Bytes that all details have together.</summary>
        public const int MaxSize = (8 * HeaderSize) + TransportSize + RadioDutySize + FilteredSize + LinkSize
            + SecurityLevelSize + ConfigVersionSize + FaultsSize + EidPeriodSize;

        /// <summary>How frames reach the service.</summary>
        public TransportKind TransportKind;

        /// <summary>The transport's place in the beacon's list, from 0.</summary>
        public byte TransportIndex;

        /// <summary>Tenths of a second spent advertising.</summary>
        public uint AdvertiseTenths;

        /// <summary>Tenths of a second spent scanning for BLE advertisers.</summary>
        public uint BleScanTenths;

        /// <summary>Tenths of a second spent scanning for Wi-Fi access points.</summary>
        public uint WifiScanTenths;

        /// <summary>Sightings left out for their signal.</summary>
        public uint FilteredByRssi;

        /// <summary>Sightings left out for their address.</summary>
        public uint FilteredByAddress;

        /// <summary>Sightings left out for their services.</summary>
        public uint FilteredByService;

        /// <summary>Sightings left out for their manufacturer.</summary>
        public uint FilteredByManufacturer;

        /// <summary>Sightings left out because nothing had changed.</summary>
        public uint FilteredUnchanged;

        /// <summary>Connections made.</summary>
        public uint Connects;

        /// <summary>Connections that failed or were refused.</summary>
        public uint ConnectFailures;

        /// <summary>Times that a receipt failed to come.</summary>
        public uint ReceiptsMissed;

        /// <summary>Frames from the service that were not believed.</summary>
        public uint DownlinkRefused;

        /// <summary>Where the key lives.</summary>
        public KeyHome SecurityLevel;

        /// <summary>Version of the configuration; 0 for one without.</summary>
        public uint ConfigVersion;

        /// <summary>Starts and scans that a radio refused.</summary>
        public uint RadioFaults;

        /// <summary>Times that the chip did not do what it was asked for.</summary>
        public uint ChipFaults;

        /// <summary>Pieces of the queue that could not be read back whole.</summary>
        public uint TornRecords;

        /// <summary>Faults of every other kind.</summary>
        public uint OtherFaults;

        /// <summary>Period of the Eddystone-EID that it advertises; 0 while it has none.</summary>
        public uint EidPeriod;

        private bool HasTransport
        {
            get { return TransportKind != TransportKind.None || TransportIndex != 0; }
        }

        private bool HasRadioDuty
        {
            get { return (AdvertiseTenths | BleScanTenths | WifiScanTenths) != 0; }
        }

        private bool HasFiltered
        {
            get
            {
                return (FilteredByRssi | FilteredByAddress | FilteredByService | FilteredByManufacturer
                    | FilteredUnchanged) != 0;
            }
        }

        private bool HasLink
        {
            get { return (Connects | ConnectFailures | ReceiptsMissed | DownlinkRefused) != 0; }
        }

        private bool HasFaults
        {
            get { return (RadioFaults | ChipFaults | TornRecords | OtherFaults) != 0; }
        }

        /// <summary>Bytes on the wire.</summary>
        internal int Size
        {
            get
            {
                return SizeOf(HasTransport, TransportSize) + SizeOf(HasRadioDuty, RadioDutySize)
                    + SizeOf(HasFiltered, FilteredSize) + SizeOf(HasLink, LinkSize)
                    + SizeOf(SecurityLevel != KeyHome.NotKnown, SecurityLevelSize)
                    + SizeOf(ConfigVersion != 0, ConfigVersionSize) + SizeOf(HasFaults, FaultsSize)
                    + SizeOf(EidPeriod != 0, EidPeriodSize);
            }
        }

        /// <summary>Writes the details; the caller has checked the room. Returns the index behind them.</summary>
        internal int Write(byte[] buffer, int at)
        {
            if (HasTransport)
            {
                at = Begin(buffer, at, StatusDetail.Transport, TransportSize);
                at = ByteWriter.U8(buffer, at, (byte)TransportKind);
                at = ByteWriter.U8(buffer, at, TransportIndex);
            }

            if (HasRadioDuty)
            {
                at = Begin(buffer, at, StatusDetail.RadioDuty, RadioDutySize);
                at = ByteWriter.U32(buffer, at, AdvertiseTenths);
                at = ByteWriter.U32(buffer, at, BleScanTenths);
                at = ByteWriter.U32(buffer, at, WifiScanTenths);
            }

            if (HasFiltered)
            {
                at = Begin(buffer, at, StatusDetail.Filtered, FilteredSize);
                at = ByteWriter.U32(buffer, at, FilteredByRssi);
                at = ByteWriter.U32(buffer, at, FilteredByAddress);
                at = ByteWriter.U32(buffer, at, FilteredByService);
                at = ByteWriter.U32(buffer, at, FilteredByManufacturer);
                at = ByteWriter.U32(buffer, at, FilteredUnchanged);
            }

            if (HasLink)
            {
                at = Begin(buffer, at, StatusDetail.Link, LinkSize);
                at = ByteWriter.U32(buffer, at, Connects);
                at = ByteWriter.U32(buffer, at, ConnectFailures);
                at = ByteWriter.U32(buffer, at, ReceiptsMissed);
                at = ByteWriter.U32(buffer, at, DownlinkRefused);
            }

            if (SecurityLevel != KeyHome.NotKnown)
            {
                at = Begin(buffer, at, StatusDetail.SecurityLevel, SecurityLevelSize);
                at = ByteWriter.U8(buffer, at, (byte)SecurityLevel);
            }

            if (ConfigVersion != 0)
            {
                at = Begin(buffer, at, StatusDetail.ConfigVersion, ConfigVersionSize);
                at = ByteWriter.U32(buffer, at, ConfigVersion);
            }

            if (HasFaults)
            {
                at = Begin(buffer, at, StatusDetail.Faults, FaultsSize);
                at = ByteWriter.U32(buffer, at, RadioFaults);
                at = ByteWriter.U32(buffer, at, ChipFaults);
                at = ByteWriter.U32(buffer, at, TornRecords);
                at = ByteWriter.U32(buffer, at, OtherFaults);
            }

            if (EidPeriod != 0)
            {
                at = Begin(buffer, at, StatusDetail.EidPeriod, EidPeriodSize);
                at = ByteWriter.U32(buffer, at, EidPeriod);
            }

            return at;
        }

        private static int SizeOf(bool isThere, int size)
        {
            return isThere ? HeaderSize + size : 0;
        }

        private static int Begin(byte[] buffer, int at, StatusDetail id, int size)
        {
            at = ByteWriter.U8(buffer, at, (byte)id);
            return ByteWriter.U8(buffer, at, size);
        }
    }
}
