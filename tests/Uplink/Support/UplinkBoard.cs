using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using LumenLink.Simulator;
using LumenLink.Simulator.Atecc608;
using LumenLink.Simulator.Fleet;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>A board with the firmware as it is, a chip of its own, and an enrolment at the service.</summary>
internal sealed class UplinkBoard
{
    private const int SimulatorModel = 0xFFFF;

    private readonly byte[] _publicKey;

    public UplinkBoard(
        SimWorld world, DeviceImage image, string folder, string name, byte[] trusted, ulong seed, string configuration)
    {
        Name = name;
        string flash = Path.Combine(folder, name, "flash");
        string chipFile = Path.Combine(folder, name, "chip.bin");
        Directory.CreateDirectory(flash);
        byte[] hash = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name));
        ProvisionedChip chip = ChipProvisioning.Manufacture([0x01, 0x23, .. hash.AsSpan(0, 6), 0xEE]);
        File.WriteAllBytes(chipFile, chip.State.Serialize());
        File.WriteAllText(Path.Combine(flash, "lumenlink.cfg"), configuration);
        _publicKey = chip.PublicKey;
        Id = BeaconId.FromBytes(SHA256.HashData(_publicKey));
        SimBoard board = new(world, new SimBoardOptions
        {
            Name = name,
            FlashFolder = flash,
            Address = BitConverter.ToUInt64(hash) & 0x00FF_FFFF_FFFF,
            Radio = new SyntheticCrowd(seed),
        });
        board.I2c.Attach(new ChipOnBus(chipFile, () => board.ClockMicroseconds));
        board.TrustedCertificates = trusted;
        Driven = new DrivenBoard(board, image);
    }

    public string Name { get; }

    public BeaconId Id { get; }

    public DrivenBoard Driven { get; }

    public SimBoard Board => Driven.Board;

    /// <summary>One of the firmware's counters; 0 without power.</summary>
    public long Counter(string name) => Driven.ReadCounters().GetValueOrDefault(name);

    /// <summary>What the operator does with a new board.</summary>
    public async Task EnrolAsync(RunningService service)
    {
        using ECDsa key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = _publicKey[..32], Y = _publicKey[32..] },
        });
        TestOperator by = service.Operator;
        byte[] certificate = TestOperator.Issue(by.DevelopmentCa, key, by.Now.AddYears(-1), by.Now.AddYears(1));
        BeaconEnrolment enrolment =
            new(1, _publicKey, certificate, SecurityLevel.EmulatedChip, SimulatorModel, Name, "north");
        SecretBox box = new(service.MasterKey);
        byte[] wrapped = box.Seal(GrantWriter.EidPurpose(Id), service.EidKey);
        Assert.Equal(
            EnrolOutcome.Enrolled, await service.Store.EnrolAsync(enrolment, wrapped, service.Now, default));
    }
}
