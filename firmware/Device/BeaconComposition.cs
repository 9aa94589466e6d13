using System;
using System.IO;
using System.Threading;
using LumenLink.Beacon.Adapters;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Uplink;

namespace LumenLink.Beacon
{
    /// <summary>The beacon on its board: adapters and loop put together, and told on the console.</summary>
    public sealed class BeaconComposition
    {
        private const string ConfigPath = "I:\\lumenlink.cfg";
        private const string QueueFolder = "I:\\queue";
        private const string ValuesFolder = "I:\\values";

        private readonly BeaconLoop _loop;
        private readonly ConsoleLog _log;

        private BeaconComposition(BeaconParts parts, ConsoleLog log)
        {
            _loop = new BeaconLoop(parts);
            _log = log;
        }

        /// <summary>True while blocking work waits for <see cref="RunLinkJob"/>.</summary>
        public bool LinkJobPending
        {
            get { return _loop.LinkJobPending; }
        }

        /// <summary>Set when the loop should tick before its time.</summary>
        public AutoResetEvent Wake
        {
            get { return _loop.Wake; }
        }

        /// <summary>What has happened since boot.</summary>
        public BeaconCounters Counters
        {
            get { return _loop.Counters; }
        }

        /// <summary>
        /// Reads the configuration and puts the beacon together. Touches neither radio nor network yet.
        /// </summary>
        public static BeaconComposition Create()
        {
            byte[]? file = ReadConfig();
            BeaconConfig config = ConfigParser.Parse(file);
            DeviceClaims claims = FirmwareClaims.Gather(config, file);
            ConsoleLog.Start(config, claims);
            BoardPins.ConnectChipBus(config.HardwareModel);

            BeaconCounters counters = new BeaconCounters();
            DeviceClock clock = new DeviceClock();
            AutoResetEvent wake = new AutoResetEvent(false);
            FrameInbox inbox = new FrameInbox(DeviceLimits.InboxFrames, wake);
            NetworkJoin network = new NetworkJoin(config.WifiSsid, config.WifiPassword);
            BoardParts board = new BoardParts(
                clock,
                new BleRadio(),
                new WifiScanner(wake),
                new Atecc608(new I2cBus(BoardPins.ChipBus), clock),
                new NativeCrypto(),
                new FlashFolder(QueueFolder),
                new KeyValueFiles(new FlashFolder(ValuesFolder), counters),
                LinksOf(config, network, inbox, wake),
                new BoardHealth(),
                inbox,
                wake,
                new Random(),
                counters);
            BeaconParts parts = new BeaconParts(board, config, claims);
            return new BeaconComposition(parts, new ConsoleLog(parts));
        }

        /// <summary>Does what is due.</summary>
        /// <returns>Milliseconds of board time until it wants to run again.</returns>
        public int Tick()
        {
            int due;
            try
            {
                due = _loop.Tick();
            }
            catch (Exception e)
            {
                Counters.Faults++;
                ConsoleLog.Fault(e);
                due = DeviceLimits.FaultPauseMs;
            }

            _log.TellChanges();
            return due;
        }

        /// <summary>Does the blocking work of the link. On another thread than <see cref="Tick"/>.</summary>
        public void RunLinkJob()
        {
            _loop.RunLinkJob();
        }

        /// <summary>
        /// Closes the open window, queues what was heard, ends scanning and advertising. The uplink goes on.
        /// </summary>
        public void RequestFlush()
        {
            _loop.RequestFlush();
        }

        private static ILink[] LinksOf(
            BeaconConfig config, NetworkJoin network, FrameInbox inbox, AutoResetEvent wake)
        {
            ILink[] links = new ILink[config.Transports.Length];
            for (int i = 0; i < links.Length; i++)
            {
                Transport transport = config.Transports[i];
                links[i] = transport.Kind == TransportKind.Mqtt
                    ? new MqttLink(transport, network, inbox, wake)
                    : new HttpLink(
                        new HttpFrames(transport.Host, transport.Port, transport.IsTls, network, inbox), wake);
            }

            return links;
        }

        private static byte[]? ReadConfig()
        {
            try
            {
                return File.Exists(ConfigPath) ? File.ReadAllBytes(ConfigPath) : null;
            }
            catch (Exception)
            {
                return null;
            }
        }
    }
}
