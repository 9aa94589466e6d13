using System;
using System.Threading;
using LumenLink.Beacon.Adapters;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;
using nanoFramework.Runtime.Native;

namespace LumenLink.Beacon
{
    /// <summary>The beacon on its board: adapters and loop put together, and told on the console.</summary>
    public sealed class BeaconComposition : BootMode
    {
        private readonly BeaconLoop _loop;
        private readonly ConsoleLog _log;
        private readonly BoardPieces _pieces;
        private readonly ButtonWatch _button = new ButtonWatch();

        private BeaconComposition(BeaconParts parts, ConsoleLog log, BoardPieces pieces)
        {
            _loop = new BeaconLoop(parts);
            _log = log;
            _pieces = pieces;
        }

        /// <inheritdoc/>
        public override bool LinkJobPending
        {
            get { return _loop.LinkJobPending; }
        }

        /// <inheritdoc/>
        public override AutoResetEvent Wake
        {
            get { return _loop.Wake; }
        }

        /// <inheritdoc/>
        public override BeaconCounters Counters
        {
            get { return _loop.Counters; }
        }

        /// <summary>
        /// Puts the beacon together. Touches neither radio nor network yet. A network given in the field, which the
        /// board itself knows, wins over the one in the file.
        /// </summary>
        public static BeaconComposition Create(BeaconConfig config, DeviceClaims claims, BoardPieces pieces)
        {
            BoardPins.ConnectChipBus(config.HardwareModel);

            BeaconCounters counters = new BeaconCounters();
            DeviceClock clock = pieces.Clock;
            AutoResetEvent wake = pieces.Wake;
            FrameInbox inbox = new FrameInbox(DeviceLimits.InboxFrames, wake);
            bool isOfField = pieces.Field.HasNetwork;
            NetworkJoin network = new NetworkJoin(
                isOfField ? "" : config.WifiSsid, isOfField ? "" : config.WifiPassword, clock);
            BoardParts board = new BoardParts(
                clock,
                new BleRadio(),
                new WifiScanner(wake),
                new Atecc608(new I2cBus(BoardPins.ChipBus), clock),
                new NativeCrypto(),
                new FlashFolder(FieldFiles.QueueFolder),
                new KeyValueFiles(new FlashFolder(FieldFiles.ValuesFolder), counters),
                LinksOf(config, network, inbox, wake),
                new BoardHealth(),
                new BoardPower(),
                inbox,
                wake,
                new Random(),
                counters);
            BeaconParts parts = new BeaconParts(board, config, claims);
            return new BeaconComposition(parts, new ConsoleLog(parts), pieces);
        }

        /// <inheritdoc/>
        public override int Tick()
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
            return Deadline.Sooner(due, StepButton());
        }

        /// <inheritdoc/>
        public override void Supervise()
        {
            _loop.Supervise();
        }

        /// <inheritdoc/>
        public override void RunLinkJob()
        {
            _loop.RunLinkJob();
        }

        /// <summary>
        /// Closes the open window, queues what was heard, ends scanning and advertising. The uplink goes on.
        /// </summary>
        public override void RequestFlush()
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

        private int StepButton()
        {
            long nowMs = _pieces.Clock.NowMs;
            switch (_button.Step(_pieces.Button.IsDown, nowMs))
            {
                case ButtonEvent.HeldToProvision:
                    Leave(BootRequest.Provision);
                    break;
                case ButtonEvent.HeldToReset:
                    Leave(BootRequest.Reset);
                    break;
                default:
                    break;
            }

            return _button.DueIn(nowMs);
        }

        /// <summary>Reboots into another mode; what was heard goes into the queue first.</summary>
        private void Leave(BootRequest request)
        {
            ConsoleLog.Say("button: reboot");
            try
            {
                _loop.RequestFlush();
                _loop.Tick();
            }
            catch (Exception e)
            {
                ConsoleLog.Fault(e);
            }

            if (_pieces.Field.WriteRequest(request))
            {
                Power.RebootDevice();
            }
        }
    }
}
