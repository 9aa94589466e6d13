namespace LumenLink.Protocol
{
    /// <summary>What a report can say of an address beside type and signal (README section 4).</summary>
    public enum ReportExtra : byte
    {
        /// <summary>Ends the columns.</summary>
        None = 0,

        /// <summary>Kind of the advertisement, as the BLE Core Specification numbers its PDUs.</summary>
        AdvertisementType = 1,

        /// <summary>Transmit power that the advertisement states, dBm, two's complement.</summary>
        TxPower = 2,

        /// <summary>What the payload was recognised as: <see cref="RecognisedAs"/>.</summary>
        Recognised = 3,

        /// <summary>The 8-byte identifier of an Eddystone-EID frame, its first byte highest.</summary>
        Eid = 4,

        /// <summary>First 32 bits of a keyed pseudonym of the payload.</summary>
        Fingerprint = 5,
    }

    /// <summary>Formats of beacons that are told apart.</summary>
    public enum RecognisedAs : byte
    {
        /// <summary>None of these.</summary>
        Other = 0,

        /// <summary>Apple iBeacon.</summary>
        IBeacon = 1,

        /// <summary>Eddystone UID.</summary>
        EddystoneUid = 2,

        /// <summary>Eddystone URL.</summary>
        EddystoneUrl = 3,

        /// <summary>Eddystone TLM.</summary>
        EddystoneTlm = 4,

        /// <summary>Eddystone EID of something that does not call itself a LumenLink beacon.</summary>
        EddystoneEid = 5,

        /// <summary>An Eddystone EID under our name; only the service can tell if it is a beacon's.</summary>
        LumenLink = 6,
    }
}
