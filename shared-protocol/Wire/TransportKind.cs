namespace LumenLink.Protocol
{
    /// <summary>How frames reach the service (README section 4, details of a Status).</summary>
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
