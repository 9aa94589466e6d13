using LumenLink.Protocol;

namespace LumenLink.Beacon.Uplink
{
    /// <summary>One way to the service, as the configuration names it.</summary>
    public sealed class Transport
    {
        private const int MqttPort = 1883;
        private const int MqttTlsPort = 8883;
        private const int HttpPort = 80;
        private const int HttpTlsPort = 443;
        private const int PortMax = 65535;
        private const int HostMax = 253;

        private Transport(TransportKind kind, bool isTls, string host, int port)
        {
            Kind = kind;
            IsTls = isTls;
            Host = host;
            Port = port;
        }

        /// <summary>What it speaks.</summary>
        public TransportKind Kind { get; }

        /// <summary>True for TLS.</summary>
        public bool IsTls { get; }

        /// <summary>Name or address; over TLS the certificate must be for it.</summary>
        public string Host { get; }

        /// <summary>TCP port.</summary>
        public int Port { get; }

        /// <summary>
        /// Reads scheme://host or scheme://host:port, where the scheme is mqtts, mqtt, https or http; null if it is no
        /// such text. The ports that go without saying are 8883, 1883, 443 and 80.
        /// </summary>
        public static Transport? Parse(string text)
        {
            int colon = text.IndexOf("://");
            if (colon < 0)
            {
                return null;
            }

            string host = text.Substring(colon + 3);
            int port;
            TransportKind kind;
            string scheme = text.Substring(0, colon);
            bool isTls = scheme == "mqtts" || scheme == "https";
            if (isTls ? scheme == "mqtts" : scheme == "mqtt")
            {
                kind = TransportKind.Mqtt;
                port = isTls ? MqttTlsPort : MqttPort;
            }
            else if (isTls || scheme == "http")
            {
                kind = TransportKind.Http;
                port = isTls ? HttpTlsPort : HttpPort;
            }
            else
            {
                return null;
            }

            int portAt = host.IndexOf(':');
            if (portAt >= 0)
            {
                if (!Provisioning.ConfigValue.TryInteger(host.Substring(portAt + 1), 1, PortMax, ref port))
                {
                    return null;
                }

                host = host.Substring(0, portAt);
            }

            return IsHost(host) ? new Transport(kind, isTls, host, port) : null;
        }

        /// <summary>Letters, digits, dots and hyphens: a name or an IPv4 address.</summary>
        private static bool IsHost(string host)
        {
            for (int i = 0; i < host.Length; i++)
            {
                char c = host[i];
                bool isAllowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                    || c == '.' || c == '-';
                if (!isAllowed)
                {
                    return false;
                }
            }

            return host.Length > 0 && host.Length <= HostMax;
        }
    }
}
