using System.Text;
using LumenLink.Beacon;
using LumenLink.Beacon.Control;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Status;
using LumenLink.Beacon.Supervision;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>A whole beacon on simulated hardware in virtual time, with the service behind its link.</summary>
internal sealed class BeaconRig : IDisposable
{
    private const int RunawayTicks = 100_000;
    private readonly int seed;
    private readonly byte[] file;

    /// <param name="config">Lines of the configuration.</param>
    /// <param name="seed">Of the beacon's waits.</param>
    /// <param name="links">Transports that lead to the service; null for one that is the service itself.</param>
    internal BeaconRig(string config = "privacy=raw", int seed = 1, SimLink[]? links = null)
    {
        this.seed = seed;
        Service = new SimService(Clock, Chip);
        Links = links ?? [];
        foreach (SimLink link in Links) link.Service = Service;
        file = FileOf(config, Service.Keys.RootKey);
        Boot();
    }

    internal SimClock Clock { get; } = new();

    internal SimChip Chip { get; } = new();

    internal SimFiles Files { get; } = new();

    internal MemoryStore Values { get; } = new();

    internal SimHealth Health { get; } = new();

    internal SimPower Power { get; } = new();

    internal SimService Service { get; }

    internal SimLink[] Links { get; }

    internal BeaconConfig Config { get; private set; } = null!;

    internal SimRadio Radio { get; private set; } = null!;

    internal BeaconParts Parts { get; private set; } = null!;

    internal BeaconLoop Loop { get; private set; } = null!;

    internal BeaconCounters Counters => Loop.Counters;

    /// <summary>How often the loop was run.</summary>
    internal int Ticks { get; private set; }

    /// <summary>False: link jobs stay pending, as when the second thread hangs.</summary>
    internal bool RunsLinkJobs { get; set; } = true;

    /// <summary>Changes what was read of the configuration, in every boot.</summary>
    internal Action<BeaconConfig> OnConfigured { get; set; } = _ => { };

    /// <summary>A restart that the beacon asks for happens.</summary>
    internal bool Restarts { get; set; }

    public void Dispose()
    {
        Service.Dispose();
        Chip.Dispose();
    }

    /// <summary>Power comes: RAM is empty, flash and chip are as they were.</summary>
    internal void Boot()
    {
        Power.IsDown = false;
        var wake = new AutoResetEvent(false);
        Radio = new SimRadio(Clock, wake);
        var inbox = new FrameInbox(DeviceLimits.InboxFrames, wake);
        Service.Inbox = inbox;
        Service.Cut();
        foreach (SimLink link in Links) link.Reset(wake);
        var claims = new DeviceClaims(new BeaconIdentity(), HardwareModel.Simulator)
        {
            SwName = "test",
            SwVersion = "1.2",
        };
        var board = new BoardParts(
            Clock, Radio, Radio, Chip, new DotNetCrypto(), Files, Values, Links.Length == 0 ? [Service] : Links,
            Health, Power, inbox, wake, new Random(seed), new BeaconCounters());
        var configs = new ConfigLedger(Values);
        Config = ConfigParser.Parse(file, configs.Start());
        OnConfigured(Config);
        Parts = new BeaconParts(board, Config, configs, claims);
        Loop = new BeaconLoop(Parts);
    }

    internal void RunFor(long ms) => RunUntil(() => false, ms);

    /// <summary>Runs until something holds, at most so long; true if it held.</summary>
    internal bool RunUntil(Func<bool> holds, long limitMs)
    {
        long endMs = Clock.NowMs + limitMs;
        for (int i = 0; i < RunawayTicks; i++)
        {
            long dueMs = Clock.NowMs + Loop.Tick();
            Ticks++;
            if (Loop.LinkJobPending && RunsLinkJobs) Loop.RunLinkJob();
            if (Power.IsDown && Restarts) Boot();
            if (holds()) return true;
            bool isWoken = Wait(Math.Min(dueMs, endMs));
            if (!isWoken && dueMs > endMs) return false;
        }

        throw new InvalidOperationException("The loop does not come to rest.");
    }

    /// <summary>Lets time pass until then or until the loop is woken; true if it was.</summary>
    private bool Wait(long untilMs)
    {
        while (true)
        {
            Radio.Deliver();
            Service.Deliver();
            if (Loop.Wake.WaitOne(0)) return true;
            if (Clock.NowMs >= untilMs) return false;
            long next = Math.Min(untilMs, Math.Min(Radio.NextMs, Service.NextMs));
            if (next > Clock.NowMs) Clock.Advance(next - Clock.NowMs);
        }
    }

    private static byte[] FileOf(string config, byte[] rootKey) => Encoding.ASCII.GetBytes(
        $"transports=mqtts://broker.test\naudience=test\nroot_key_1={Convert.ToHexString(rootKey)}\n{config}");

    /// <summary>What a stored record is.</summary>
    internal static RecordKind KindOf(byte[] record)
    {
        var header = new RecordHeader();
        Assert.Equal(WireError.None, header.Read(record, 0, record.Length));
        return header.Kind;
    }

    /// <summary>The first status of a boot that the service has stored.</summary>
    internal StatusReader StatusOf(uint boot)
    {
        byte[] record = Service.Stored.First(s => s.Key.Boot == boot && KindOf(s.Value) == RecordKind.Status).Value;
        Assert.Equal(WireError.None, StatusReader.Read(record.AsSpan(RecordHeader.Size), out StatusReader status));
        return status;
    }

    /// <summary>Sightings of all stored reports, windows in order.</summary>
    internal List<(ulong Address, int Rssi)> StoredSightings()
    {
        var all = new List<(ulong Address, int Rssi)>();
        foreach (byte[] record in Service.Stored.Values)
        {
            if (KindOf(record) != RecordKind.Report) continue;
            var report = new ReportReader();
            Assert.Equal(WireError.None, report.Read(record));
            for (int i = 0; i < report.SightingCount; i++)
                all.Add((report[i].Address, report[i].RssiDbm));
        }

        return all;
    }

    /// <summary>Power that a test watches: a reboot is what the test makes of it.</summary>
    internal sealed class SimPower : IBoardPower
    {
        internal int Reboots { get; private set; }

        /// <summary>The loop asked for a restart, and the rig has not booted since.</summary>
        internal bool IsDown { get; set; }

        public void Reboot()
        {
            Reboots++;
            IsDown = true;
        }
    }

    internal sealed class SimHealth : IBoardHealth
    {
        internal uint LargestBlock { get; set; } = 1_000_000;

        public void Describe(StatusBody status) => status.HeapLargestBytes = LargestBlock;
    }
}
