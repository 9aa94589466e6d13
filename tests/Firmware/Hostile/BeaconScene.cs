using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Core;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>A whole beacon with a session, a configuration and a command behind it; frames come down.</summary>
internal sealed class BeaconScene : IDisposable
{
    /// <summary>The last command's id and the highest configuration, before anything hostile comes.</summary>
    internal const uint Number = 5;

    private const int Minute = 60_000;
    private const int AnswerMs = 1_000;
    private const uint NextNumber = 50;
    private const uint Through = 1_000;

    internal BeaconScene()
    {
        Rig = new BeaconRig("privacy=raw\nregion=file") { Restarts = true };
        Rig.RunFor(Minute);
        Rig.Service.SendCommand(Number, BeaconCommand.Identify);
        SignedConfigTests.Apply(Rig, Number, "region=five\n");
        Rig.Restarts = false;
        Rig.Service.SwallowsReceipts = true;
        Assert.True(Rig.RunUntil(() => Rig.Counters.QueueDepth > 0, Minute));
    }

    internal BeaconRig Rig { get; }

    internal SimService Service => Rig.Service;

    internal TestSession Session => Service.SessionOf(Service.LastSession);

    internal byte[] BeaconId => Rig.Parts.Identity.Id;

    public void Dispose() => Rig.Dispose();

    /// <summary>Seals what follows a header under the newest session.</summary>
    internal byte[] Sealed(FrameType type, params byte[] body) => Service.Sealed(type, body);

    /// <summary>Seals so, but under another number or key.</summary>
    internal static byte[] Sealed(FrameType type, byte[] key, uint session, byte[] body) =>
        TestSession.Seal(key, [1, (byte)type, .. TestService.U32(session), .. body]);

    /// <summary>Seals a frame of another major version under the newest session.</summary>
    internal byte[] SealedInVersion(byte version, FrameType type, byte[] body) => TestSession.Seal(
        Session.DownKey, [version, (byte)type, .. TestService.U32(Service.LastSession), .. body]);

    /// <summary>A command that shows when it is carried out.</summary>
    internal static byte[] Command(uint id, BeaconCommand command = BeaconCommand.Reattest, ushort argument = 0) =>
        TestService.Command(id, (byte)command, argument, 24 * 60 * Minute);

    /// <summary>An entry of a receipt that settles all that waits.</summary>
    internal byte[] Entry(uint boot) => [.. TestService.U32(boot), .. TestService.U32(Through), 0, 0];

    internal uint Boot => Rig.Parts.Identity.Boot;

    /// <summary>The beacon has another session, and a receipt has confirmed it.</summary>
    internal void Renew()
    {
        long attestations = Rig.Counters.Attestations;
        Rig.Parts.Attestation.AttestNow(Rig.Clock.LinkMs);
        Assert.True(Rig.RunUntil(() => Rig.Counters.Attestations > attestations, Minute));
        Service.Send(Service.Receipt(Service.LastSession, SettlesAll()));
        Rig.RunFor(AnswerMs);
    }

    /// <summary>What frames do, and whether a genuine one is taken then.</summary>
    internal string Observe(Func<bool> genuine, params byte[][] frames) =>
        Observe(genuine, AnswerMs, () => Array.ForEach(frames, frame => Service.Send(frame)), frames[^1]);

    /// <summary>What something does within a time, and whether a genuine frame is taken then.</summary>
    internal string Observe(Func<bool> genuine, int ms, Action hostile, byte[]? frame = null)
    {
        Changes before = State();
        long refused = Rig.Counters.DownlinkRefused;
        int acks = Service.Acks.Count;
        hostile();
        Rig.RunFor(ms);
        refused = Rig.Counters.DownlinkRefused - refused;
        List<string> seen = refused switch { 0 => [], 1 => ["refused"], _ => [$"refused {refused}"] };
        seen.AddRange(Service.Acks.Skip(acks).Select(ack => $"answered {ack.Outcome}"));
        string text = (seen.Count == 0 ? "not refused" : string.Join(", ", seen))
            + (frame is null ? "" : ByReader(frame)) + State().Since(before);
        Rig.Chip.Broken = Beacon.Security.ChipStatus.Ok;
        Rig.Values.RefusesWrites = false;
        Service.Keys.ConfigCertificateVersion = 3;
        Service.Keys.Certifier = null;
        Service.Keys.Signer = null;
        Service.Keys.NamedKey = null;
        return genuine() ? text : $"{text}; then not taken";
    }

    internal bool TakesCommand()
    {
        Service.SendCommand(NextNumber, BeaconCommand.Identify);
        Rig.RunFor(AnswerMs);
        return Service.Acks.LastOrDefault() == CommandTests.Ack(NextNumber, ControlOutcome.Done);
    }

    internal bool TakesConfig()
    {
        Service.SendConfig(NextNumber, "region=next\n");
        Rig.RunFor(AnswerMs);
        return Service.Acks.LastOrDefault() == SignedConfigTests.Ack(NextNumber, ControlOutcome.Accepted);
    }

    internal bool TakesReceipt()
    {
        Service.Send(Service.Receipt(Service.LastSession, SettlesAll()));
        Rig.RunFor(AnswerMs);
        return Rig.Counters.QueueDepth == 0;
    }

    /// <summary>What the reader makes of a frame by itself.</summary>
    private static string ByReader(byte[] frame)
    {
        WireError error = (FrameType)(frame.Length > 1 ? frame[1] : 0) switch
        {
            FrameType.Command => new CommandFrame().Read(frame, 0, frame.Length),
            FrameType.Config => new ConfigFrame().Read(frame, 0, frame.Length),
            FrameType.Receipt => new ReceiptFrame().Read(frame, 0, frame.Length),
            _ => WireError.None,
        };
        return error == WireError.None ? "" : $" by {error}";
    }

    private ReceiptEntry SettlesAll()
    {
        var entry = new ReceiptEntry();
        entry.Reset(Boot, Through);
        return entry;
    }

    private Changes State() => new(
        ("session", $"{Rig.Parts.Attestation.Current?.Id}"),
        ("attested", $"{Rig.Counters.Attested}"),
        ("refusal", $"{Rig.Counters.RefusalOutcome}"),
        ("queue", $"{Rig.Counters.QueueDepth}"),
        ("command", $"{Rig.Parts.Commands.Id}"),
        ("LED", $"{Rig.Loop.IsLedLit}"),
        ("configuration", $"{Rig.Parts.Configs.Highest} {Rig.Parts.Configs.Stage}"),
        ("flash", string.Join(' ', Rig.Values.All.Select(Convert.ToHexString))),
        ("restart", $"{Rig.Parts.Supervisor.IsRestarting}"),
        ("chip failures", $"{Rig.Counters.ChipFailures}"),
        ("frames sent", $"{Service.CountUp(FrameType.Records)}"));
}
