using System.Text;
using LumenLink.Simulator;
using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Simulator;

/// <summary>A board with the firmware itself, and with a chip unless it is to have none, in a virtual world, beside an
/// access point.</summary>
internal sealed class ProvisioningBoard : IDisposable
{
    public const string Ssid = "Lumen Lab";
    public const string Password = "correct horse battery";

    /// <summary>The network above, as lines of a configuration file.</summary>
    public const string FileNetwork = $"wifi_ssid={Ssid}\nwifi_password={Password}\n";

    public const string Url = "https://lumen.example/welcome";
    public const int ButtonPin = 4;
    public const int LedPin = 5;

    private static readonly Lazy<DeviceImage> Firmware = new(() => DeviceImage.Load());

    private readonly string _folder = Directory.CreateTempSubdirectory("lumenlink-provisioning-").FullName;

    /// <param name="config">Its configuration file; null for none.</param>
    /// <param name="chip">Its secure element's memory; null for one that is provisioned.</param>
    /// <param name="hasChip">False if nothing answers on its bus.</param>
    public ProvisioningBoard(string? config, ChipState? chip = null, bool hasChip = true)
    {
        World = SimWorld.Virtual(TestWorld.UtcEpochMs, 5);
        Scheduler = new FleetScheduler(World);
        if (config is not null) File.WriteAllText(Path.Combine(_folder, "lumenlink.cfg"), config);
        Board = new SimBoard(World, new SimBoardOptions
        {
            Name = "provisioned",
            FlashFolder = _folder,
            Address = 0x0A0B0C,
        });
        Board.Network.Credentials = (Ssid, Password);
        Board.Network.OnConnect = (_, _) => ConnectionFate.Refused;
        ProvisionedChip manufactured = ChipProvisioning.Manufacture([0x01, 0x23, 1, 2, 3, 4, 5, 6, 0xEE]);
        PublicKey = manufactured.PublicKey;
        if (hasChip) Board.I2c.Attach(new Chip(chip ?? manufactured.State, () => Board.ClockMicroseconds));
        Driven = new DrivenBoard(Board, Firmware.Value);
    }

    public SimWorld World { get; }

    public FleetScheduler Scheduler { get; }

    public SimBoard Board { get; }

    public DrivenBoard Driven { get; }

    /// <summary>The chip's.</summary>
    public byte[] PublicKey { get; }

    /// <summary>A service to reach, and the operator's key; no network unless named here.</summary>
    public static string Config(string more = "") => new StringBuilder()
        .Append("transports=mqtts://broker.example\naudience=lumenlink-test\nroot_key_1=").Append('a', 128)
        .Append("\nonboarding_url=").Append(Url).Append("\nhardware_model=65535\n").Append(more).ToString();

    /// <summary>What the console said that begins so.</summary>
    public string[] Said(string beginning) =>
        [.. Board.Console.Lines.Where(line => line.StartsWith(beginning, StringComparison.Ordinal))];

    public void RunFor(long ms) => Scheduler.RunUntil(World.NowMs + ms);

    public void Dispose()
    {
        World.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Chip(ChipState state, Func<long> nowMicroseconds) : II2cTarget
    {
        private readonly Atecc608Chip _chip = new(state, nowMicroseconds);

        public bool TryWrite(byte address7, ReadOnlySpan<byte> data, int busHz) =>
            _chip.TryWrite(address7, data, busHz);

        public bool TryRead(byte address7, Span<byte> buffer) => _chip.TryRead(address7, buffer);
    }
}
