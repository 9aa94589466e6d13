using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Protocol;

namespace LumenLink.Simulator.Fleet;

/// <summary>One driven board of the fleet with what the report says of it.</summary>
internal sealed class FleetBoard
{
    private readonly DrivenBoard driven;
    private readonly uint bootBefore;
    private IReadOnlyDictionary<string, long> counters = new Dictionary<string, long>();

    public FleetBoard(
        FleetOptions options, string name, SimWorld world, DeviceImage image, StartableRadio radio, long lines)
    {
        Name = name;
        TraceLines = lines;
        Radio = radio;
        Beacon = BeaconIdOf(options.Enrolment(name));
        SimBoard board = BoardParts.Build(options, name, world, radio, out ChipOnBus? chip);
        bootBefore = chip?.BootCounter ?? BootInFlash(options.Identity(name));
        driven = new DrivenBoard(board, image);
    }

    public string Name { get; }

    public string Beacon { get; }

    public long TraceLines { get; }

    public StartableRadio Radio { get; }

    public long FirstBoot => bootBefore + 1;

    public SimRadioLog RadioLog => driven.Board.RadioLog;

    public long Attestations => counters.GetValueOrDefault("Attestations");

    public long Recorded => counters.GetValueOrDefault("SightingsRecorded");

    public long Settled => counters.GetValueOrDefault("RecordsSettled");

    /// <summary>Everything the radio delivered is in a record, or was counted as lost.</summary>
    public bool HasRecordedAll =>
        Recorded + counters.GetValueOrDefault("DroppedSightings") + counters.GetValueOrDefault("StaleEvents")
        >= RadioLog.Delivered;

    public long QueueDepth => counters.GetValueOrDefault("QueueDepth");

    /// <summary>Why the service refused it; null if it did not, or could not judge and is asked again.</summary>
    public long? Refusal => counters.TryGetValue("RefusalOutcome", out long outcome)
        && outcome is >= 0 and not (long)AttestationOutcome.CouldNotCheck ? outcome : null;

    /// <summary>It has been attested, or been told that it will not be.</summary>
    public bool IsJudged => Attestations > 0 || Refusal is not null;

    public void PowerOn() => driven.PowerOn();

    public void PowerOff() => driven.PowerOff();

    public void RequestFlush() => driven.RequestFlush();

    /// <summary>Reads the firmware's counters once more.</summary>
    public void Refresh() => counters = driven.ReadCounters();

    /// <summary>The counter behind the version, as decisions/0020 lays it down.</summary>
    private static uint BootInFlash(string identityFolder) => BinaryPrimitives.ReadUInt32LittleEndian(
        File.ReadAllBytes(Path.Combine(identityFolder, "boot")).AsSpan(1));

    private static string BeaconIdOf(string enrolmentFile)
    {
        using JsonDocument enrolment = JsonDocument.Parse(File.ReadAllBytes(enrolmentFile));
        byte[] key = enrolment.RootElement.GetProperty("public_key").GetBytesFromBase64();
        return System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(key).AsSpan(0, 8));
    }
}
