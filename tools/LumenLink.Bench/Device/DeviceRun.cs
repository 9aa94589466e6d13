using System.Text;
using LumenLink.Beacon;
using LumenLink.Beacon.Control;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Bench.Device;

/// <summary>
/// A beacon with its default policy on hardware that allocates nothing, in virtual time. Only what the beacon's own
/// code does is measured: ticks, link jobs, and its side of the radio's and the link's callbacks.
/// </summary>
internal sealed class DeviceRun
{
    private const int WarmUpReports = 100;
    private const int Attempts = 5;
    private const int RunawayTicks = 1_000_000;
    private const byte RootKeyByte = 7;

    private readonly StubClock _clock = new();
    private readonly ListedAllocations _listed = new();
    private readonly StubRadio _radio;
    private readonly StubService _service;
    private readonly FrameInbox _inbox;
    private readonly BeaconLoop _loop;
    private long _allocated;

    private DeviceRun(string policy)
    {
        byte[] rootKey = new byte[WireSizes.PublicKey];
        Array.Fill(rootKey, RootKeyByte);
        BeaconConfig config = ConfigParser.Parse(Encoding.ASCII.GetBytes(
            $"transports=mqtts://broker.test\naudience=test\nroot_key_1={Convert.ToHexString(rootKey)}\n{policy}"));
        if (config.ProblemCount > 0)
            throw new BenchException($"The configuration is refused: {config.ProblemKeys[0]}.");
        var wake = new AutoResetEvent(false);
        _radio = new StubRadio(_clock, wake, _listed);
        _service = new StubService(rootKey, _listed);
        _inbox = new FrameInbox(DeviceLimits.InboxFrames, wake);
        var claims = new DeviceClaims(new BeaconIdentity(), HardwareModel.Simulator)
        {
            SwName = "LumenLink",
            SwVersion = "0.1",
        };
        var health = new StubHealth();
        var values = new StubValues(_listed);
        var board = new BoardParts(
            _clock, _radio, _radio, new StubChip(), new StubCrypto(_listed), new StubFiles(_listed),
            values, [_service], health, health, _inbox, wake, new Random(1), new BeaconCounters());
        _loop = new BeaconLoop(new BeaconParts(board, config, new ConfigLedger(values), claims));
    }

    /// <summary>Runs a beacon until so many reports are measured.</summary>
    /// <param name="reports">Reports, at least 1.</param>
    /// <param name="policy">Lines of the configuration; none for the default.</param>
    /// <exception cref="BenchException">The beacon does not do its work.</exception>
    public static DeviceFigures Measure(int reports, string policy = "")
    {
        // Virtual time makes all runs alike, so what our code allocates is in each. What .NET adds is not: a collection
        // that another thread causes may count the unused rest of this one's allocation area.
        DeviceFigures figures = MeasureOnce(reports, policy);
        for (int i = 1; i < Attempts && figures.UnlistedBytes != 0; i++)
        {
            DeviceFigures again = MeasureOnce(reports, policy);
            figures = again.UnlistedBytes < figures.UnlistedBytes ? again : figures;
        }

        return figures;
    }

    private static DeviceFigures MeasureOnce(int reports, string policy)
    {
        var run = new DeviceRun(policy);
        run.RunUntil(WarmUpReports);
        run._listed.IsOn = true;
        run._allocated = 0;
        long reportsBefore = run._service.Reports;
        long sightingsBefore = run._service.Sightings;
        run.RunUntil(reportsBefore + reports);
        run._listed.IsOn = false;
        return new DeviceFigures(
            run._service.Reports - reportsBefore,
            run._service.Sightings - sightingsBefore,
            run._allocated - run._listed.NetBytes,
            run._listed,
            HeapCensus.From(run._loop, new Atecc608(new StubBus(), run._clock)));
    }

    private void RunUntil(long reports)
    {
        for (int i = 0; i < RunawayTicks && _service.Reports < reports; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long dueMs = _clock.NowMs + _loop.Tick();
            if (_loop.LinkJobPending) _loop.RunLinkJob();
            _allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            Wait(dueMs);
        }

        if (_service.Reports < reports) throw new BenchException("The beacon sends no reports.");
    }

    /// <summary>Lets time pass until then or until the loop is woken.</summary>
    private void Wait(long untilMs)
    {
        while (true)
        {
            IReadOnlyList<byte[]> answers = _service.Answers();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < answers.Count; i++) _inbox.Put(answers[i]);
            _radio.Deliver();
            bool isWoken = _loop.Wake.WaitOne(0);
            _allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            if (isWoken || _clock.NowMs >= untilMs) return;
            _clock.Pause((int)(Math.Min(untilMs, _radio.NextMs) - _clock.NowMs));
        }
    }
}

/// <summary>What a run measured.</summary>
/// <param name="Reports">Reports that the service stored.</param>
/// <param name="Sightings">Sightings in them.</param>
/// <param name="UnlistedBytes">.NET bytes that our code allocated beside the list.</param>
/// <param name="Listed">The list, by the model.</param>
/// <param name="Heap">Live objects of our code, the driver of the chip included.</param>
internal sealed record DeviceFigures(
    long Reports, long Sightings, long UnlistedBytes, ListedAllocations Listed, HeapCensus Heap);
