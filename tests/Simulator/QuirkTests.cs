using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>nanoFramework's behaviour where it bites, each shown by code that was compiled for the device.</summary>
public sealed class QuirkTests
{
    [Fact]
    public void An_uncaught_exception_ends_its_own_thread_and_sleep_costs_no_real_time()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        Assert.Equal(
            [
                "year 1970",
                "worker works at 60",
                "++++ Exception System.InvalidOperationException: nothing catches this ++++",
                "worker ended at 120",
                "main ended at 180",
            ],
            test.RunMain(board, "Program"));
        Assert.Equal(1, board.UncaughtExceptions);
    }

    [Fact]
    public void The_clock_is_invalid_at_boot_until_set()
    {
        using TestWorld test = new();
        Assert.Equal(["invalid", "2026-03-04 05:06:08"], test.RunMain(test.Board(), "ClockQuirk"));
    }

    [Fact]
    public void Time_comes_from_the_network_once_it_is_joined()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        board.Network.Credentials = ("net", "secret");
        IReadOnlyList<string> lines = test.RunMain(board, "SntpQuirk");
        Assert.Equal(["no network", "joined"], lines.Take(2));
        Assert.Equal((TestWorld.UtcEpochMs / 1000) + 7, long.Parse(lines[2], null));
        board.Network.Credentials = ("net", "other");
        SimBoard refused = test.Board("refused");
        refused.Network.Credentials = ("net", "other");
        Assert.Contains("refused", test.RunMain(refused, "SntpQuirk"));
    }

    [Fact]
    public void Advertise_or_scan_never_both()
    {
        using TestWorld test = new();
        Assert.Equal(["refused", "cycle done"], test.RunMain(test.Board(), "BleModeQuirk"));
    }

    [Fact]
    public void Who_stops_advertising_drops_the_gatt_table_and_the_client()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        SimCentral phone = new(board);
        Guid id = new("00000001-0000-0000-0000-000000000000");
        List<AttError> answers = [];
        test.Scheduler.At(500, () => Assert.True(phone.Connect() && !new SimCentral(board).Connect()));
        test.Scheduler.At(1000, () => answers.Add(phone.Read(id, out _)));
        test.Scheduler.At(1500, () => answers.Add(phone.Subscribe(id, true)));
        test.Scheduler.At(3500, () => answers.Add(phone.Read(id, out _)));
        test.Scheduler.At(4500, () => answers.Add(phone.Read(id, out _)));
        test.Scheduler.At(5000, () => Assert.False(new SimCentral(board).Connect()));
        Assert.Equal(["client", "1"], test.RunMain(board, "GattQuirk"));
        Assert.Equal(
            [AttError.UnlikelyError, AttError.None, AttError.UnlikelyError, AttError.NotConnected], answers);
        Assert.True(phone.TryTakeNotification(out (Guid Uuid, byte[] Value) told));
        Assert.Equal((id, 20), (told.Uuid, told.Value.Length));
        Assert.Empty(test.World.Air.Now);
    }

    [Fact]
    public void What_does_not_fit_is_dropped_silently_and_flags_are_sent_only_if_assigned()
    {
        using TestWorld test = new();
        List<AirEvent> air = [];
        test.World.Air.Changed += air.Add;
        SimBoard board = test.Board();
        test.RunMain(board, "AdvertisementQuirk");
        Assert.Equal([true, false, true], air.Select(change => change.IsOn));
        Assert.Equal([22, 0, 25], air.Select(change => change.Advertisement.Length));
        Assert.Equal(0x16, air[0].Advertisement[1]);
        Assert.Equal(0x21, air[0].ScanResponse[1]);
        Assert.Equal(27, air[0].ScanResponse.Length);
        Assert.Equal([0x02, 0x01, 0x02], air[2].Advertisement[^3..]);
    }

    [Fact]
    public void One_report_per_address_and_window_the_first_and_windows_are_half_open()
    {
        using TestWorld test = new();
        FixedRadio radio = new(
            (0.0, 1, -50), (10.5, 2, -60), (10.6, 1, -51), (999.9999, 3, -70), (1000, 4, -71),
            (1999.9, 5, -72), (2000, 1, -52), (2999.5, 6, -73));
        SimBoard board = test.Board(radio: radio);
        Assert.Equal(["1 -50", "2 -60", "3 -70", "closed", "1 -52", "6 -73", "closed"], test.RunMain(board,
            "ScanQuirk"));
        Assert.Equal([new ScanWindow(0, 1000, 3), new ScanWindow(2000, 3000, 2)], board.RadioLog.Windows);
        Assert.Equal(5, board.RadioLog.Delivered);
    }

    [Fact]
    public void A_stale_event_has_address_0_and_counts_for_nothing()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        test.Scheduler.At(500, board.InjectStaleEvent);
        test.Scheduler.At(1500, board.InjectStaleEvent);
        Assert.Equal(["0 -99", "closed", "closed"], test.RunMain(board, "ScanQuirk"));
        Assert.Equal(0, board.RadioLog.Delivered);
    }

    [Fact]
    public void A_wifi_scan_takes_its_time()
    {
        using TestWorld test = new();
        SimBoard board = test.Board(accessPoints: [new SimAccessPoint(0x0A0B0C0D0E0F, "cafe", -60)]);
        Assert.Equal(["not yet", "6500", "0A:0B:0C:0D:0E:0F cafe"], test.RunMain(board, "WifiQuirk"));
    }

    [Fact]
    public void Only_what_was_closed_survives_a_power_cut()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        MainBoard main = new(board, TestWorld.Image, "HelloDevice.FileQuirk");
        main.PowerOn();
        test.Scheduler.RunUntil(1000);
        Assert.Equal(["written"], board.Console.Lines);
        main.PowerOff();
        main.PowerOn();
        test.Scheduler.RunUntil(2000);
        Assert.Equal(["closed: kept", "flushed: False", "rewritten: old"], board.Console.Lines.Skip(1));
        Assert.Equal(2, board.Boots);
    }

    [Fact]
    public void No_path_leads_out_of_the_flash_folder()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        IReadOnlyList<string> lines = test.RunMain(board, "PathQuirk");
        Assert.Equal(7, lines.Count);
        Assert.All(lines, line => Assert.Equal("-469762048", line));
        Assert.Empty(Directory.EnumerateFileSystemEntries(board.Flash.Folder));
    }

    [Theory]
    [InlineData(FlashFault.PowerCutBefore, FlashOperation.Close, "")]
    [InlineData(FlashFault.PowerCutAfter, FlashOperation.Close, "a.tmp")]
    [InlineData(FlashFault.PowerCutBefore, FlashOperation.Move, "a.tmp")]
    [InlineData(FlashFault.PowerCutAfter, FlashOperation.Move, "a.rec")]
    public void The_power_can_go_at_any_flash_operation(FlashFault fault, FlashOperation at, string left)
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        board.Flash.Faults = new OneFault(at, fault);
        Assert.Empty(test.RunMain(board, "CutQuirk"));
        Assert.False(board.IsPowered);
        Assert.Equal(0, board.UncaughtExceptions);
        Assert.Equal(left, string.Join(' ', Directory.EnumerateFiles(board.Flash.Folder).Select(Path.GetFileName)));
    }

    [Fact]
    public void Collections_text_and_spans_are_nanoFrameworks()
    {
        using TestWorld test = new();
        Assert.Equal(["2", "2", "3", "92 1-x 127", "division caught", "36"], test.RunMain(test.Board(),
            "LanguageQuirk"));
    }

    [Fact]
    public void A_hashtable_takes_objects_that_call_themselves_equal_for_two_keys()
    {
        Type type = TestWorld.Image.LoadByName("nanoFramework.System.Collections")
            .GetType("System.Collections.Hashtable", throwOnError: true)!;
        object table = Activator.CreateInstance(type)!;
        type.GetMethod("Add")!.Invoke(table, [new AlwaysEqual(), 1]);
        type.GetMethod("Add")!.Invoke(table, [new AlwaysEqual(), 2]);
        Assert.Equal(2, type.GetProperty("Count")!.GetValue(table));
    }

    [Fact]
    public void Native_cryptography_gives_the_published_values()
    {
        using TestWorld test = new();
        // RFC 4231 case 2, FIPS 197 appendix C.1, the CRC catalogue's check value.
        Assert.Equal(["5B-DC-C1-46", "69-C4-E0-D8", "128 bits only", "CBF43926"], test.RunMain(test.Board(),
            "CryptoQuirk"));
    }

    [Fact]
    public void A_refusal_on_the_bus_is_a_status_and_the_last_device_sets_the_speed()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        EchoChip chip = new();
        board.I2c.Attach(chip);
        Assert.Equal(["4", "1", "1 7"], test.RunMain(board, "I2cQuirk"));
        Assert.Equal(400_000, chip.BusHz);
    }

    [Fact]
    public void A_reboot_does_not_return_and_keeps_the_flash()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        Assert.Equal(["first", "again"], test.RunMain(board, "RebootQuirk"));
        Assert.Equal(0, board.UncaughtExceptions);
    }

    private sealed class OneFault(FlashOperation at, FlashFault fault) : ISimFlashFaults
    {
        public FlashFault Before(FlashOperation operation, string path, int bytes) =>
            operation == at ? fault : FlashFault.None;
    }

    private sealed class EchoChip : II2cTarget
    {
        private byte[] _last = [];

        public int BusHz { get; private set; }

        public bool TryWrite(byte address7, ReadOnlySpan<byte> data, int busHz)
        {
            if (address7 != 0x60) return false;
            _last = data.ToArray();
            BusHz = busHz;
            return true;
        }

        public bool TryRead(byte address7, Span<byte> buffer)
        {
            _last.CopyTo(buffer);
            return address7 == 0x60;
        }
    }

    /// <summary>The gate refuses such a key in device code (LLNANO035).</summary>
    private sealed class AlwaysEqual
    {
        public override bool Equals(object? obj) => obj is AlwaysEqual;

        public override int GetHashCode() => 1;
    }
}
