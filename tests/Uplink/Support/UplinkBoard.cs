using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Beacon;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Simulator;
using LumenLink.Simulator.Atecc608;
using LumenLink.Simulator.Fleet;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>What a board of a world is made of, beside what they all have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Seed">Decides about its key and its crowd.</param>
/// <param name="Addresses">How many addresses pass by, the same for all boards; 0: ever new ones.</param>
/// <param name="QueueBytes">Flash that its queue may take.</param>
/// <param name="ReportMs">From one report to the next.</param>
/// <param name="HasChip">False: nothing is on its bus, and its key is to be in flash.</param>
/// <param name="Preemption">How its strands are suspended at host calls; null: never.</param>
internal sealed record UplinkBoardMake(
    string Name, ulong Seed, int Addresses = 0, int QueueBytes = DeviceLimits.QueueMaxBytes,
    int ReportMs = DeviceLimits.ReportMs, bool HasChip = true, Preemption? Preemption = null);

/// <summary>A board with the firmware as it is, with a chip of its own or without one.</summary>
internal sealed class UplinkBoard
{
    private const int SimulatorModel = 0xFFFF;

    private const byte EidExponent = 10;
    private const string KeyLine = "key: public key ";

    private readonly byte[]? _chipKey;

    public UplinkBoard(
        SimWorld world, DeviceImage image, string folder, UplinkBoardMake make, byte[] trusted, string configuration)
    {
        Name = make.Name;
        QueueBytes = make.QueueBytes;
        string flash = Path.Combine(folder, Name, "flash");
        Directory.CreateDirectory(flash);
        byte[] hash = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Name));
        SeededChipRandom random = new(make.Seed);
        random.Fill(EidKey);
        string identity = make.HasChip ? "secure_element" : "flash";
        File.WriteAllText(
            Path.Combine(flash, "lumenlink.cfg"),
            FormattableString.Invariant(
                $"{configuration}identity={identity}\nqueue_max_bytes={make.QueueBytes}\nreport_ms={make.ReportMs}\n"));
        SimBoard board = new(world, new SimBoardOptions
        {
            Name = Name,
            FlashFolder = flash,
            Address = BitConverter.ToUInt64(hash) & 0x00FF_FFFF_FFFF,
            Radio = new SyntheticCrowd(make.Seed, addresses: make.Addresses),
            KeepsScanWindows = false,
            Preemption = make.Preemption,
        });
        if (make.HasChip)
        {
            string chipFile = Path.Combine(folder, Name, "chip.bin");
            ProvisionedChip chip =
                ChipProvisioning.Manufacture([0x01, 0x23, .. hash.AsSpan(0, 6), 0xEE], random: random);
            File.WriteAllBytes(chipFile, chip.State.Serialize());
            board.I2c.Attach(new ChipOnBus(chipFile, () => board.ClockMicroseconds));
            _chipKey = chip.PublicKey;
        }

        board.TrustedCertificates = trusted;
        Driven = new DrivenBoard(board, image);
    }

    /// <summary>GPIO of the button.</summary>
    public const int ButtonPin = 4;

    public string Name { get; }

    public BeaconId Id => BeaconId.FromBytes(SHA256.HashData(PublicKey));

    /// <summary>The chip's, or what the console told of the one in flash.</summary>
    public byte[] PublicKey => _chipKey ?? Convert.FromHexString(
        Board.Console.Lines.Last(line => line.StartsWith(KeyLine, StringComparison.Ordinal))[KeyLine.Length..]);

    /// <summary>Its identifier key, 16 bytes.</summary>
    public byte[] EidKey { get; } = new byte[16];

    /// <summary>Flash that the queue may take.</summary>
    public int QueueBytes { get; }

    /// <summary>Segments that the queue may have.</summary>
    public int QueueSegments => QueueBytes / DeviceLimits.SegmentMaxBytes;

    public DrivenBoard Driven { get; }

    public SimBoard Board => Driven.Board;

    /// <summary>One of the firmware's counters; 0 without power.</summary>
    public long Counter(string name) => Driven.ReadCounters().GetValueOrDefault(name);

    /// <summary>What the operator does with a new board.</summary>
    public Task EnrolAsync(RunningService service, X509Certificate2? authority = null) =>
        EnrolAsync(service.Operator, service.MasterKey, service.Store, service.Now, authority);

    /// <summary>The same at a service that is another process.</summary>
    public async Task EnrolAsync(
        TestOperator by, byte[] masterKey, IRegistryStore store, DateTimeOffset now,
        X509Certificate2? authority = null)
    {
        byte[] publicKey = PublicKey;
        using ECDsa key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = publicKey[..32], Y = publicKey[32..] },
        });
        byte[] certificate = TestOperator.Issue(
            authority ?? by.DevelopmentCa, key, by.Now.AddYears(-1), by.Now.AddYears(1));
        SecurityLevel level = _chipKey is null ? SecurityLevel.Software : SecurityLevel.EmulatedChip;
        BeaconEnrolment enrolment = new(1, publicKey, certificate, level, SimulatorModel, Name, "north");
        SecretBox box = new(masterKey);
        byte[] wrapped = box.Seal(GrantWriter.EidPurpose(Id), [.. EidKey, EidExponent, 0, 0, 0, 0]);
        Assert.Equal(EnrolOutcome.Enrolled, await store.EnrolAsync(enrolment, wrapped, "x", now, default));
    }
}
