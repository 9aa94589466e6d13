namespace LumenLink.Beacon.Sightings
{
    /// <summary>One thing heard once. Reused by who reads the ring.</summary>
    public sealed class Sighting
    {
        /// <summary>48-bit BLE address or BSSID, most significant byte first as a number.</summary>
        public ulong Address;

        /// <summary>`LumenLink.Protocol.AddressType`.</summary>
        public byte AddressType;

        /// <summary>Signal strength, dBm.</summary>
        public sbyte RssiDbm;

        /// <summary>`LumenLink.Protocol.Radio`.</summary>
        public byte Radio;
    }
}
