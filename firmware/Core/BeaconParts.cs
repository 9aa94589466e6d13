using System;
using System.Threading;
using LumenLink.Beacon.Control;
using LumenLink.Beacon.Identifier;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Queue;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Sightings;
using LumenLink.Beacon.Status;
using LumenLink.Beacon.Supervision;
using LumenLink.Beacon.Time;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Beacon
{
    /// <summary>
    /// What a beacon is made of, put together in one place. The
    /// board gives the hardware, the rest is the same everywhere.
    /// </summary>
    public sealed class BeaconParts
    {
        /// <summary>Puts a beacon together.</summary>
        /// <param name="board">The hardware.</param>
        /// <param name="config">The configuration.</param>
        /// <param name="configs">The signed ones, started: what is in effect is in <paramref name="config"/>.</param>
        /// <param name="claims">What the beacon states about itself.</param>
        public BeaconParts(BoardParts board, BeaconConfig config, ConfigLedger configs, DeviceClaims claims)
        {
            Configs = configs;
            Clock = board.Clock;
            Chip = board.Chip;
            Wake = board.Wake;
            Random = board.Random;
            Counters = board.Counters;
            Identity = claims.Identity;
            Queue = new RecordQueue(
                board.QueueFiles, Counters, config.QueueMaxBytes / DeviceLimits.SegmentMaxBytes);

            // Without a root key no challenge is believed; such a beacon has no uplink, and its anchors hold nothing.
            TrustAnchors anchors = new TrustAnchors(config.RootKey1 ?? new byte[64], config.RootKey2, board.Values);
            AttestationExchange exchange = new AttestationExchange(board.Chip, board.Crypto, Clock, anchors, claims);
            string audience = config.CanConnect ? config.Audience : "none";
            ConnectionTokenMaker tokens = new ConnectionTokenMaker(board.Chip, Identity, audience);

            // One buffer for everything that the loop writes: a record is in the queue, and a frame with its link,
            // before the next of either begins.
            byte[] scratch = new byte[WireLimits.MaxFrameBytes];
            Ring = new SightingRing(DeviceLimits.RingSightings, config.Filter.ReadsPayloads, Wake);
            Coder = new AddressCoder(config.IsRaw, board.Crypto, exchange.Secrets, Clock);
            Surroundings surroundings = new Surroundings();
            Reports = new ReportBuilder(Ring, Coder, Queue, Clock, Counters, config, surroundings, scratch);
            Radio = new RadioScheduler(board.Ble, board.Wifi, Ring, Reports, config.Radio, surroundings, Counters);
            Supervisor = new Supervisor(board.Power, board.Values, Counters);
            Commands = new CommandLedger(board.Values);
            Status = new StatusReporter(
                board.Health, Supervisor.BootReason, Queue, Clock, Counters, claims.SwVersion);
            Status.SecurityLevel(board.Chip.Home);
            Status.ConfigVersion(configs.InEffect);
            Identifier = new EidAdvertiser(exchange.Secrets, board.Crypto, board.Values, Clock);
            OnAir = new StatusOnAir(board.Chip.Home, Counters, Queue, Clock);
            Keeper = new LinkKeeper(board.Links, tokens, Identity, Counters, Wake, Random);
            Attestation = new AttestationRun(exchange, Keeper, Clock, Counters, Random, scratch);
            Trial = new ConfigTrial(configs, Supervisor, Clock.LinkMs);
            Uplink = new UplinkMachine(
                Identity,
                Keeper,
                Attestation,
                new RecordSender(Queue, Keeper, Counters, Random, scratch),
                ControlOf(board, config, claims, exchange.Signatures, scratch),
                board.Inbox,
                Counters,
                config.CanConnect);
            Queue.Load();
        }

        /// <summary>The clock.</summary>
        public BoardClock Clock { get; }

        /// <summary>The secure element, or what takes its place.</summary>
        public ISecureElement Chip { get; }

        /// <summary>Wakes the loop.</summary>
        public AutoResetEvent Wake { get; }

        /// <summary>Draws waits.</summary>
        public Random Random { get; }

        /// <summary>What has happened.</summary>
        public BeaconCounters Counters { get; }

        /// <summary>Who this is.</summary>
        public BeaconIdentity Identity { get; }

        /// <summary>Records.</summary>
        public RecordQueue Queue { get; }

        /// <summary>From the radio's callbacks to the loop.</summary>
        public SightingRing Ring { get; }

        /// <summary>Addresses or pseudonyms.</summary>
        public AddressCoder Coder { get; }

        /// <summary>Windows to records.</summary>
        public ReportBuilder Reports { get; }

        /// <summary>Slots.</summary>
        public RadioScheduler Radio { get; }

        /// <summary>The last resort.</summary>
        public Supervisor Supervisor { get; }

        /// <summary>The beacon's own state.</summary>
        public StatusReporter Status { get; }

        /// <summary>The rotating identifier.</summary>
        public EidAdvertiser Identifier { get; }

        /// <summary>How the beacon is, on air.</summary>
        public StatusOnAir OnAir { get; }

        /// <summary>The connection.</summary>
        public LinkKeeper Keeper { get; }

        /// <summary>Sessions with the service.</summary>
        public AttestationRun Attestation { get; }

        /// <summary>Records up, receipts and control down.</summary>
        public UplinkMachine Uplink { get; }

        /// <summary>The last command.</summary>
        public CommandLedger Commands { get; }

        /// <summary>Signed configurations.</summary>
        public ConfigLedger Configs { get; }

        /// <summary>Whether a new one may stay.</summary>
        public ConfigTrial Trial { get; }

        /// <summary>The LED of a beacon at work.</summary>
        public IdentifyLight Light { get; } = new IdentifyLight();

        private ControlDesk ControlOf(
            BoardParts board,
            BeaconConfig config,
            DeviceClaims claims,
            ServiceSignatureCheck signatures,
            byte[] scratch)
        {
            CommandRunner runner = new CommandRunner(
                Clock,
                Wake,
                Light,
                Radio,
                Reports,
                Attestation,
                Supervisor,
                Status,
                new DiagnosticsReporter(this, claims, board.Health, config.Region, scratch));
            return new ControlDesk(
                Commands,
                runner,
                Configs,
                Trial,
                config.Deployed,
                Identity,
                signatures,
                Supervisor,
                Counters,
                Keeper,
                scratch);
        }
    }
}
