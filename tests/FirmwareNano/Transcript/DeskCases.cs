using System;
using System.Threading;
using LumenLink.Beacon;
using LumenLink.Beacon.Control;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Queue;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Status;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// A whole beacon whose identity is in flash: commands, signed configurations and its diagnostics, until
    /// acknowledgements are sealed and records queued.
    /// </summary>
    internal sealed class DeskCases
    {
        private const string Topic = "up";
        private const uint AcceptedVersion = 0x80000000u;
        private const string File =
            "transports=mqtts://broker.example\naudience=lumenlink\ncycle_ms=10000\nregion=hall 3\n";

        private readonly Transcript transcript = new Transcript("desk");
        private readonly StandInCrypto crypto = new StandInCrypto();
        private readonly MemoryValues values = new MemoryValues(new Lcg(7), 1000000);
        private readonly BeaconCounters counters = new BeaconCounters();
        private readonly StubBoard hardware;
        private readonly SoftwareKey chip;
        private readonly P256 signer;
        private readonly Session session;
        private readonly BeaconParts parts;
        private readonly ControlDesk desk;
        private readonly byte[] root = new byte[WireSizes.Hash];
        private readonly byte[] operation = new byte[WireSizes.Hash];
        private readonly byte[] rootKey = new byte[WireSizes.PublicKey];
        private readonly byte[] frame = new byte[WireLimits.MaxFrameBytes];
        private readonly byte[] digest = new byte[Sha256.Size];
        private readonly MessageDigest message = new MessageDigest();

        internal DeskCases()
        {
            Lcg random = new Lcg(3);
            random.Fill(root, root.Length);
            random.Fill(operation, operation.Length);
            new SoftwareKeyStore(values).WriteKey(operation);
            signer = new P256(crypto);
            signer.PublicKey(root, rootKey, 0);
            hardware = new StubBoard(transcript);
            NanoClock clock = new NanoClock();
            AutoResetEvent wake = new AutoResetEvent(false);
            Random draws = new Random(1);
            chip = new SoftwareKey(crypto, values, draws, hardware, clock, new byte[] { 1 });
            BeaconIdentity identity = new BeaconIdentity();
            transcript.Add((int)identity.Load(chip));
            DeviceClaims claims = new DeviceClaims(identity, HardwareModel.Simulator);
            claims.SwName = "LumenLink";
            claims.SwVersion = "0.1";
            BeaconConfig config = ConfigParser.Parse(BytesOf(File));
            config.RootKey1 = rootKey;
            ConfigLedger configs = new ConfigLedger(values);
            BoardParts board = new BoardParts(
                clock, hardware, hardware, chip, crypto, new MemoryFiles(random, 1000000), values,
                new ILink[] { hardware }, hardware, hardware, new FrameInbox(DeviceLimits.InboxFrames, wake), wake,
                draws, counters);
            parts = new BeaconParts(board, config, configs, claims);
            parts.Queue.StartBoot(identity.Boot);
            byte[] scratch = new byte[WireLimits.MaxFrameBytes];
            DiagnosticsReporter diagnostics = new DiagnosticsReporter(parts, claims, hardware, config.Region, scratch);
            CommandRunner runner = new CommandRunner(
                clock, wake, parts.Light, parts.Radio, parts.Reports, parts.Attestation, parts.Supervisor, parts.Status,
                diagnostics);
            ServiceSignatureCheck signatures =
                new ServiceSignatureCheck(chip, new TrustAnchors(rootKey, null, values), new MessageDigest());
            desk = new ControlDesk(
                parts.Commands, runner, configs, parts.Trial, config.Deployed, identity, signatures, parts.Supervisor,
                counters, hardware, scratch);
            session = new Session(crypto);
            AttestationResultFrame result = new AttestationResultFrame();
            result.SessionId = 0x80000005u;
            result.ServiceUnixMs = 1790000000000L;
            result.LifetimeSeconds = 86400;
            session.Begin(result, new byte[SessionKeyLayout.Size], 0);
        }

        /// <summary>True if the configuration that is right is on trial, by its signature.</summary>
        internal bool HasAccepted
        {
            get { return parts.Configs.TrialVersion == AcceptedVersion; }
        }

        internal void Run()
        {
            Commands();
            Configurations();
            Diagnostics();
        }

        private void Commands()
        {
            Command(0, BeaconCommand.Identify, 30, 1);
            Command(7, BeaconCommand.Identify, 30, 1);
            Command(7, BeaconCommand.Reboot, 0, 1);
            Command(6, BeaconCommand.Rescan, 0, 1);
            Command(8, BeaconCommand.Rescan, 0, 1);
            Command(9, BeaconCommand.Identify, 60000, 1);
            Command(10, (BeaconCommand)200, 0, 1);
            Command(11, BeaconCommand.Reattest, 0, 0);
            Command(0x80000001u, BeaconCommand.Reattest, 0, 5000);
            Command(0x7FFFFFFFu, BeaconCommand.Rescan, 0, 1);
            transcript.Add(parts.Light.Step(0));
            transcript.Add(parts.Light.IsLit);
            transcript.EndCase();
        }

        private void Command(uint id, BeaconCommand command, int argument, int leftMs)
        {
            CommandFrame sent = new CommandFrame();
            sent.SessionId = session.Id;
            sent.CommandId = id;
            sent.ExpiresUnixMs = session.ServiceUnixMs(0) + leftMs;
            sent.Command = command;
            sent.Argument = (ushort)argument;
            int length = sent.Write(frame, 0);
            transcript.Add(length);
            transcript.Add(length > 0 && desk.OnCommand(frame, length, session, Topic, 0));
            transcript.Add(parts.Commands.Id);
            transcript.Add((int)parts.Commands.Outcome);
        }

        private void Configurations()
        {
            Configuration(1, "report_ms=30000\n", 1);
            Configuration(1, "wifi_ssid=other\n", 0);
            Configuration(AcceptedVersion, "report_ms=30000\nfilter_rssi_floor=-90\n", 0);
            Configuration(5, "report_ms=60000\n", 0);
            transcript.Add(parts.Supervisor.IsRestarting);
            desk.OnReceipt(0);
            desk.Step(session, Topic, 0);
            transcript.Add(desk.DueIn(0));
            transcript.EndCase();
        }

        private void Configuration(uint version, string text, byte harm)
        {
            ConfigFrame sent = new ConfigFrame();
            sent.SessionId = session.Id;
            sent.Version = version;
            sent.Text = BytesOf(text);
            sent.TextLength = text.Length;
            Certify(sent.Certificate);
            int length = sent.Write(frame, 0);
            message.Start(DomainPrefix.Config).Add(parts.Identity.Id)
                .Add(frame, ConfigFrame.SignedFrom, ConfigFrame.SignedSize(length)).Finish(digest);
            int at = ConfigFrame.SignatureOffset(length);
            transcript.Add(signer.Sign(operation, digest, frame, at));
            frame[at] ^= harm;
            transcript.Add(desk.OnConfig(frame, length, session, Topic, 0));
            transcript.Add(parts.Configs.Highest);
            transcript.Add((int)parts.Configs.Outcome);
            transcript.Add(parts.Configs.Detail);
        }

        /// <summary>The key that signs configurations is here also the beacon's.</summary>
        private void Certify(ServiceCertificate certificate)
        {
            byte[] bytes = new byte[ServiceCertificate.Size];
            ByteWriter.Bytes(certificate.Key, 0, parts.Identity.PublicKey);
            certificate.KeyId = ByteReader.U32(parts.Identity.KeyHash, 0);
            message.Start().Add(rootKey).Finish(digest);
            certificate.RootId = ByteReader.U32(digest, 0);
            certificate.Usage = ServiceCertificate.UsageConfiguration;
            certificate.Version = 4;
            certificate.Write(bytes, 0);
            message.Start(DomainPrefix.Certificate).Add(bytes, ServiceCertificate.SignedSize).Finish(digest);
            signer.Sign(root, digest, certificate.Signature, 0);
        }

        private void Diagnostics()
        {
            counters.Faults = 0xFFFFFFFFu;
            counters.RadioFaults = 0x80000000u;
            Command(0xFFFFFFFEu, BeaconCommand.SendDiagnostics, 0, 1);
            Command(0xFFFFFFFFu, BeaconCommand.Reboot, 0, 1);
            transcript.Add(parts.Supervisor.IsRestarting);
            parts.Queue.Rewind();
            while (parts.Queue.Next())
            {
                transcript.Add(parts.Queue.AtSequence);
                transcript.Add(parts.Queue.Entry, SegmentFormat.PrefixSize, parts.Queue.AtLength);
            }

            transcript.Add(parts.Queue.Count);
            transcript.EndCase();
        }

        private static byte[] BytesOf(string text)
        {
            byte[] bytes = new byte[text.Length];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)text[i];
            }

            return bytes;
        }
    }
}
