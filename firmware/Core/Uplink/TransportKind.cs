namespace LumenLink.Beacon.Uplink
{
    /// <summary>How frames reach the service. The values are those of a Status (shared-protocol/README.md).</summary>
    public enum TransportKind : byte
    {
        /// <summary>None: records only queue.</summary>
        None = 0,

        /// <summary>An MQTT broker.</summary>
        Mqtt = 1,

        /// <summary>Posts over HTTP.</summary>
        Http = 2,
    }
}
