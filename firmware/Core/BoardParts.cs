using System;
using System.Threading;
using LumenLink.Beacon.Queue;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Status;
using LumenLink.Beacon.Supervision;
using LumenLink.Beacon.Time;
using LumenLink.Beacon.Uplink;

namespace LumenLink.Beacon
{
    /// <summary>The hardware under a beacon: everything that differs between a board and a test.</summary>
    public sealed class BoardParts
    {
        /// <summary>Takes the hardware.</summary>
        public BoardParts(
            BoardClock clock,
            IBleRadio ble,
            IWifiScanner wifi,
            ISecureElement chip,
            INativeCrypto crypto,
            ISegmentFiles queueFiles,
            IKeyValueStore values,
            ILink[] links,
            IBoardHealth health,
            IBoardPower power,
            FrameInbox inbox,
            AutoResetEvent wake,
            Random random,
            BeaconCounters counters)
        {
            Clock = clock;
            Ble = ble;
            Wifi = wifi;
            Chip = chip;
            Crypto = crypto;
            QueueFiles = queueFiles;
            Values = values;
            Links = links;
            Health = health;
            Power = power;
            Inbox = inbox;
            Wake = wake;
            Random = random;
            Counters = counters;
        }

        /// <summary>Time.</summary>
        public BoardClock Clock { get; }

        /// <summary>The BLE radio.</summary>
        public IBleRadio Ble { get; }

        /// <summary>The Wi-Fi radio, for scans.</summary>
        public IWifiScanner Wifi { get; }

        /// <summary>The secure element.</summary>
        public ISecureElement Chip { get; }

        /// <summary>HMAC and AES in native code.</summary>
        public INativeCrypto Crypto { get; }

        /// <summary>The queue's folder.</summary>
        public ISegmentFiles QueueFiles { get; }

        /// <summary>Small values that outlive a reboot.</summary>
        public IKeyValueStore Values { get; }

        /// <summary>The ways to the service, best first.</summary>
        public ILink[] Links { get; }

        /// <summary>What the board knows of itself.</summary>
        public IBoardHealth Health { get; }

        /// <summary>The board's power.</summary>
        public IBoardPower Power { get; }

        /// <summary>Where the link puts frames of the service.</summary>
        public FrameInbox Inbox { get; }

        /// <summary>Wakes the loop.</summary>
        public AutoResetEvent Wake { get; }

        /// <summary>Draws waits; seeded differently on every board.</summary>
        public Random Random { get; }

        /// <summary>What has happened.</summary>
        public BeaconCounters Counters { get; }
    }
}
