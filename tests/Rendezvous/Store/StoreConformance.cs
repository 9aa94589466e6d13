using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>
/// What every engine promises. One class per engine runs it; each test has a database of its own. Time is an argument.
/// </summary>
public abstract partial class StoreConformance : IAsyncLifetime
{
    protected static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    protected static readonly TimeSpan RetryWindow = TimeSpan.FromSeconds(30);
    private const uint FirstSession = 101;

    private protected TestDatabase Database { get; private set; } = null!;

    private protected IRendezvousStore Store { get; private set; } = null!;

    protected static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync()
    {
        Database = await CreateDatabaseAsync();
        Store = StoreFactory.Create(Database.Settings);
    }

    public async Task DisposeAsync()
    {
        await Store.DisposeAsync();
        await Database.DisposeAsync();
    }

    private protected abstract Task<TestDatabase> CreateDatabaseAsync();

    private protected static BeaconEnrolment NewEnrolment(string name = "north gate", int tenant = 1) => new(
        tenant, RandomNumberGenerator.GetBytes(64), RandomNumberGenerator.GetBytes(300), SecurityLevel.EmulatedChip,
        0xFFFF,
        name, "harbour");

    private protected static BeaconId IdOf(BeaconEnrolment enrolment) =>
        BeaconId.FromBytes(SHA256.HashData(enrolment.PublicKey));

    private protected async Task<BeaconId> EnrolAsync(string name = "north gate", int tenant = 1)
    {
        BeaconEnrolment enrolment = NewEnrolment(name, tenant);
        Assert.Equal(EnrolOutcome.Enrolled, await Store.EnrolAsync(enrolment, [1, 2, 3], "x", Noon, None));
        return IdOf(enrolment);
    }

    /// <summary>A beacon with a session that may send boots up to 9.</summary>
    private protected async Task<BeaconId> EnrolWithSessionAsync(string name = "north gate", int tenant = 1)
    {
        BeaconId beacon = await EnrolAsync(name, tenant);
        Assert.Equal(VerdictCommit.Committed, await GrantAsync(beacon, FirstSession, tenant: tenant));
        return beacon;
    }

    private protected Task<VerdictCommit> GrantAsync(BeaconId beacon, uint session, uint boot = 9, int tenant = 1) =>
        Store.CommitVerdictAsync(NewVerdict(beacon, session, boot, tenant), None);

    private protected static VerdictRow NewVerdict(BeaconId beacon, uint session, uint boot = 9, int tenant = 1) => new(
        beacon, tenant, Noon, AttestationOutcome.Accepted, "All checks passed.", boot,
        RandomNumberGenerator.GetBytes(16), true,
        Noon.AddMinutes(5), "1.2.3", RandomNumberGenerator.GetBytes(32), Noon,
        NewSession(beacon, session, boot, tenant));

    private protected static SessionRow NewSession(BeaconId beacon, uint session, uint boot = 9, int tenant = 1) => new(
        beacon, tenant, session, boot, RandomNumberGenerator.GetBytes(80), Noon, Noon.AddHours(12),
        Noon.ToUnixTimeMilliseconds() - 4000);

    /// <summary>
    /// A frame of one group; each record carries one sighting whose address says which record it is of.
    /// </summary>
    private protected static void AddFrame(
        IngestBatch batch, BeaconId beacon, uint boot, uint floor, uint[] sequences, uint session = FirstSession,
        int tenant = 1)
    {
        batch.Frames.Add(new FrameEntry { Beacon = beacon, TenantId = tenant, SessionId = session });
        AddGroup(batch, boot, floor, sequences);
    }

    /// <summary>A further group of the newest frame.</summary>
    private protected static void AddGroup(IngestBatch batch, uint boot, uint floor, uint[] sequences)
    {
        batch.Groups.Add(new GroupEntry { Frame = batch.Frames.Count - 1, Boot = boot, Floor = floor });
        foreach (uint sequence in sequences)
        {
            AddRecord(batch, sequence);
            batch.Sightings.Add(NewSighting(batch.Records.Count - 1, ((long)boot << 32) | sequence));
        }
    }

    private protected static void AddRecord(
        IngestBatch batch, uint sequence, byte kind = 1, byte refused = 0, long fingerprint = 0) =>
        batch.Records.Add(new RecordEntry
        {
            Group = batch.Groups.Count - 1,
            Sequence = sequence,
            Kind = kind,
            Refused = refused,
            Fingerprint = fingerprint,
        });

    private protected static SightingEntry NewSighting(
        int record, long address, sbyte rssi = -60, ushort keyDay = 0) => new(
        record, Noon.ToUnixTimeMilliseconds() - 9000, 9000, CaptureQuality.Placed, 1, address, 1, keyDay, rssi);

    private protected async Task<IngestBatch> CommitAsync(
        BeaconId beacon, uint boot, uint floor, uint[] sequences, uint session = FirstSession,
        DateTimeOffset? at = null)
    {
        var batch = new IngestBatch();
        AddFrame(batch, beacon, boot, floor, sequences, session);
        await Store.CommitAsync(batch, at ?? Noon, None);
        return batch;
    }

    private protected static bool[] NewOf(IngestBatch batch) => [.. batch.Records.Select(record => record.IsNew)];

    private protected static void AssertNew(IngestBatch batch, params bool[] expected) =>
        Assert.Equal(expected, NewOf(batch));

    private protected static uint[] Range(uint first, uint last) =>
        [.. Enumerable.Range((int)first, (int)(last - first + 1)).Select(number => (uint)number)];

    /// <summary>Runs something many times at once, in stores of their own half of the time.</summary>
    private protected async Task<List<T>> AtOnceAsync<T>(int count, Func<IRendezvousStore, int, Task<T>> run)
    {
        await using IRendezvousStore other = StoreFactory.Create(Database.Settings);
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<T>[] tasks = [.. Enumerable.Range(0, count).Select(i => Task.Run(async () =>
        {
            await start.Task;
            return await run(i % 2 == 0 ? Store : other, i);
        }))];
        start.SetResult();
        return [.. await Task.WhenAll(tasks)];
    }
}
