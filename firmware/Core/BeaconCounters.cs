namespace LumenLink.Beacon
{
    /// <summary>
    /// What has happened since boot. Written by the loop alone; a reader on another thread sees it a little late.
    /// </summary>
    public sealed class BeaconCounters
    {
        /// <summary>Sightings in records that have entered the queue.</summary>
        public long SightingsRecorded;

        /// <summary>Records that have entered the queue.</summary>
        public long RecordsQueued;

        /// <summary>Records that a receipt named as stored.</summary>
        public long RecordsSettled;

        /// <summary>Records that a receipt named as refused for good.</summary>
        public long RecordsRefused;

        /// <summary>Sightings lost: the ring was full, or their record could not be written.</summary>
        public long DroppedSightings;

        /// <summary>Records lost: the oldest gave way to the queue's bound, or the flash took no new one.</summary>
        public long DroppedRecords;

        /// <summary>Files of the queue that could not be read back whole.</summary>
        public long TornRecords;

        /// <summary>Radio events without an address, or outside of their window.</summary>
        public long StaleEvents;

        /// <summary>Sightings left out for their signal.</summary>
        public long FilteredByRssi;

        /// <summary>Sightings left out for their address.</summary>
        public long FilteredByAddress;

        /// <summary>Sightings left out for their services.</summary>
        public long FilteredByService;

        /// <summary>Sightings left out for their manufacturer.</summary>
        public long FilteredByManufacturer;

        /// <summary>Sightings left out because nothing had changed.</summary>
        public long FilteredUnchanged;

        /// <summary>Milliseconds spent advertising.</summary>
        public long AdvertiseMs;

        /// <summary>Milliseconds spent scanning for BLE advertisers.</summary>
        public long BleScanMs;

        /// <summary>Milliseconds spent scanning for Wi-Fi access points.</summary>
        public long WifiScanMs;

        /// <summary>Starts and scans that a radio refused.</summary>
        public long RadioFaults;

        /// <summary>Attestations that gave a session.</summary>
        public long Attestations;

        /// <summary>Frames from the broker that were not believed.</summary>
        public long DownlinkRefused;

        /// <summary>Connections made.</summary>
        public long Connects;

        /// <summary>Connections that failed or were refused.</summary>
        public long ConnectFailures;

        /// <summary>Frames with records handed to the link, again and again ones included.</summary>
        public long FramesSent;

        /// <summary>Times that a receipt failed to come.</summary>
        public long ReceiptsMissed;

        /// <summary>Times that the chip did not do what it was asked for.</summary>
        public long ChipFailures;

        /// <summary>Faults that only the outermost edge caught.</summary>
        public long Faults;

        /// <summary>Records in the queue.</summary>
        public int QueueDepth;

        /// <summary>True while a session is held.</summary>
        public bool Attested;

        /// <summary>Why the service refused the last attestation (`AttestationOutcome`); -1 if it did not.</summary>
        public int RefusalOutcome = -1;
    }
}
