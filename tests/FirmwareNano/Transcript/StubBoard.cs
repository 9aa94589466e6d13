using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Sightings;
using LumenLink.Beacon.Status;
using LumenLink.Beacon.Supervision;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>A board on whose air nothing is heard, and whose link takes every frame, into a transcript.</summary>
    internal sealed class StubBoard : IBleRadio, IWifiScanner, IBoardHealth, IBoardPower, IRadioNoise, ILink
    {
        private readonly Transcript? transcript;

        internal StubBoard()
        {
        }

        internal StubBoard(Transcript to)
        {
            transcript = to;
        }

        /// <inheritdoc/>
        public bool IsDone
        {
            get { return true; }
        }

        /// <inheritdoc/>
        public TransportKind Kind
        {
            get { return TransportKind.Mqtt; }
        }

        /// <inheritdoc/>
        public bool IsConnected
        {
            get { return false; }
        }

        /// <inheritdoc/>
        public bool HasWork
        {
            get { return false; }
        }

        /// <inheritdoc/>
        public int RetryAfterS
        {
            get { return 0; }
        }

        /// <inheritdoc/>
        public bool StartAdvertising(byte[] serviceData, byte[] status)
        {
            return true;
        }

        /// <inheritdoc/>
        public void StopAdvertising()
        {
        }

        /// <inheritdoc/>
        public bool StartScan(SightingRing ring)
        {
            return true;
        }

        /// <inheritdoc/>
        public void StopScan()
        {
        }

        /// <inheritdoc/>
        public void Describe(StatusBody status)
        {
            status.HeapFreeBytes = 0xFFFF0000u;
            status.HeapLargestBytes = 0x80000001u;
        }

        /// <inheritdoc/>
        public void Reboot()
        {
        }

        /// <inheritdoc/>
        public bool Start()
        {
            return true;
        }

        /// <inheritdoc/>
        public void Stop()
        {
        }

        /// <inheritdoc/>
        public LinkOutcome Connect(string clientId, string user, string password)
        {
            return LinkOutcome.Connected;
        }

        /// <inheritdoc/>
        public void Disconnect()
        {
        }

        /// <inheritdoc/>
        public void Work()
        {
        }

        /// <inheritdoc/>
        public bool Publish(string topic, byte[] payload, int count)
        {
            transcript?.Add(topic);
            transcript?.Add(payload, 0, count);
            return true;
        }
    }
}
