using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using LumenLink.Simulator;
using LumenLink.Simulator.Atecc608;
using LumenLink.Simulator.Fleet;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>A board with the firmware as it is, with a chip of its own or, if it is to have its key in flash, nothing
/// on its bus.</summary>
internal sealed class UplinkBoard
{
    private const int SimulatorModel = 0xFFFF;

    private const string KeyLine = "key: public key ";

    private readonly byte[]? _chipKey;

    public UplinkBoard(
        SimWorld world, DeviceImage image, string folder, string name, byte[] trusted, ulong seed, string configuration)
    {
        Name = name;
        string flash = Path.Combine(folder, name, "flash");
        Directory.CreateDirectory(flash);
        byte[] hash = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name));
        File.WriteAllText(Path.Combine(flash, "lumenlink.cfg"), configuration);
        SimBoard board = new(world, new SimBoardOptions
        {
            Name = name,
            FlashFolder = flash,
            Address = BitConverter.ToUInt64(hash) & 0x00FF_FFFF_FFFF,
            Radio = new SyntheticCrowd(seed),
        });
        if (!configuration.Contains("identity=flash", StringComparison.Ordinal))
        {
            string chipFile = Path.Combine(folder, name, "chip.bin");
            ProvisionedChip chip = ChipProvisioning.Manufacture([0x01, 0x23, .. hash.AsSpan(0, 6), 0xEE]);
            File.WriteAllBytes(chipFile, chip.State.Serialize());
            board.I2c.Attach(new ChipOnBus(chipFile, () => board.ClockMicroseconds));
            _chipKey = chip.PublicKey;
        }

        board.TrustedCertificates = trusted;
        Driven = new DrivenBoard(board, image);
    }

    public string Name { get; }

    public BeaconId Id => BeaconId.FromBytes(SHA256.HashData(PublicKey));

    /// <summary>The chip's, or what the console told of the one in flash.</summary>
    public byte[] PublicKey => _chipKey ?? Convert.FromHexString(
        Board.Console.Lines.Last(line => line.StartsWith(KeyLine, StringComparison.Ordinal))[KeyLine.Length..]);

    public DrivenBoard Driven { get; }

    public SimBoard Board => Driven.Board;

    /// <summary>One of the firmware's counters; 0 without power.</summary>
    public long Counter(string name) => Driven.ReadCounters().GetValueOrDefault(name);

    /// <summary>What the operator does with a new board.</summary>
    public async Task EnrolAsync(RunningService service, X509Certificate2? authority = null)
    {
        byte[] publicKey = PublicKey;
        using ECDsa key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = publicKey[..32], Y = publicKey[32..] },
        });
        TestOperator by = service.Operator;
        byte[] certificate = TestOperator.Issue(
            authority ?? by.DevelopmentCa, key, by.Now.AddYears(-1), by.Now.AddYears(1));
        SecurityLevel level = _chipKey is null ? SecurityLevel.Software : SecurityLevel.EmulatedChip;
        BeaconEnrolment enrolment = new(1, publicKey, certificate, level, SimulatorModel, Name, "north");
        SecretBox box = new(service.MasterKey);
        byte[] wrapped = box.Seal(GrantWriter.EidPurpose(Id), service.EidKey);
        Assert.Equal(
            EnrolOutcome.Enrolled, await service.Store.EnrolAsync(enrolment, wrapped, service.Now, default));
    }
}
