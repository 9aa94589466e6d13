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

        /// <summary>Kind of the advertisement, as the Bluetooth Core Specification numbers its PDUs.</summary>
        public byte AdvertisementType;

        /// <summary>Advertising data.</summary>
        public readonly byte[] Payload = new byte[LumenLink.Beacon.Radio.Advertisement.MaxBytes];

        /// <summary>Bytes of <see cref="Payload"/>; 0 for an access point.</summary>
        public int PayloadLength;
    }
}
