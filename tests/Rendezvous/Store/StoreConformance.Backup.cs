using LumenLink.Protocol;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Backup;
using LumenLink.Tests.Rendezvous.Support;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>One file from one moment, and back.</summary>
public abstract partial class StoreConformance
{
    private readonly DirectoryInfo backups = Directory.CreateTempSubdirectory("lumenlink-backup-");

    /// <summary>A new database without a schema.</summary>
    private protected abstract Task<TestDatabase> CreateEmptyDatabaseAsync();

    [StoreFact]
    public async Task A_backup_made_while_frames_come_is_a_service_that_goes_on()
    {
        ManualTime time = new();
        TestOperator op = new(time.Now);
        TestBeacon[] beacons = new TestBeacon[3];
        List<(TestBeacon Beacon, byte[] Frame)> receipted = [];
        string file = NewFile();
        StoreContents contents;
        await using (TestService service = await new TestService(time, op: op, over: Store).StartAsync())
        {
            for (int i = 0; i < beacons.Length; i++)
                await service.AttestAsync(beacons[i] = await service.EnrolAsync($"beacon {i}"));
            uint sequence = 0;
            for (int i = 0; i < 20; i++)
                receipted.AddRange(await SendFromAllAsync(service, beacons, ++sequence));

            using CancellationTokenSource enough = new();
            TaskCompletionSource goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task load = Task.Run(async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    await SendFromAllAsync(service, beacons, ++sequence);
                    goesOn.TrySetResult();
                }
            });
            await goesOn.Task;
            contents = await BackupOf(Database).WriteAsync(file, None);
            for (int more = Store.Engine == "sqlite" ? 20 : 0; more > 0; more--)
            {
                string another = NewFile();
                await BackupOf(Database).VerifyAsync(
                    another, await BackupOf(Database).WriteAsync(another, None), None);
            }

            await enough.CancelAsync();
            await load;
        }

        Assert.True(await Database.CountAsync("frames") > contents.Rows["frames"], "nothing came meanwhile");
        await using TestDatabase other = await CreateEmptyDatabaseAsync();
        StoreContents restored = await BackupOf(other).RestoreAsync(file, replaces: false, None);
        Assert.Empty(contents.DifferencesTo(restored));
        await using IRendezvousStore store = StoreFactory.Create(other.Settings);
        Assert.Equal(StoreHealth.Ok, await store.CheckAsync(None));
        await using (TestService service = await new TestService(time, op: op, over: store).StartAsync())
        {
            foreach ((TestBeacon beacon, byte[] frame) in receipted)
                Assert.Equal(IngestOutcome.Duplicate, (await service.HandleAsync(beacon, frame)).Outcome);
            await SendFromAllAsync(service, beacons, 1_000_000);
            await store.RetainAsync(Noon, TimeSpan.FromDays(7), None); // functions and their grants are there
        }

        AuditReport report = await VerifyAuditAsync(store, op, time.Now);
        Assert.Empty(report.Findings);
        Assert.True(report.Entries >= 2 * beacons.Length, "the audit is nearly empty");
    }

    [StoreFact]
    public async Task A_backup_is_verified_in_a_scratch_database_that_goes_again()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await CommitAsync(beacon, 1, 1, [1, 2, 3]);
        StoreBackup backup = BackupOf(Database);
        string file = NewFile();
        StoreContents contents = await backup.WriteAsync(file, None);
        Assert.Equal(3, contents.Rows["frames"]);
        Assert.NotEmpty(contents.AuditHeads);
        await backup.VerifyAsync(file, contents, None);
        Assert.Equal([Path.GetFileName(file)], backups.GetFiles().Select(left => left.Name));
        if (Store.Engine == "postgresql")
            Assert.Equal(0, await Database.CountAsync("pg_database WHERE datname LIKE 'lumen_verify_%'"));

        StoreContents[] others =
        [
            contents with { AuditHeads = [] },
            contents with { Rows = new Dictionary<string, long>(contents.Rows) { ["frames"] = 4 } },
            contents with { Version = contents.Version + 1 },
        ];
        foreach (StoreContents wrong in others)
        {
            await Assert.ThrowsAsync<BackupException>(() => backup.VerifyAsync(file, wrong, None));
        }

        byte[] whole = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, whole[..(whole.Length / 2)]);
        await Assert.ThrowsAsync<BackupException>(() => backup.VerifyAsync(file, contents, None));
    }

    [StoreFact]
    public async Task A_restore_does_not_touch_what_is_there_unless_told_and_then_whole_or_not_at_all()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await CommitAsync(beacon, 1, 1, [1, 2]);
        StoreBackup backup = BackupOf(Database);
        string file = NewFile();
        await backup.WriteAsync(file, None);
        await Assert.ThrowsAsync<BackupException>(() => backup.WriteAsync(file, None));
        await CommitAsync(beacon, 1, 1, [3]);

        Assert.Contains("not empty", (await RefusedAsync(file, false)).Message, StringComparison.Ordinal);
        string newer = NewFile();
        await Database.ExecuteAsync("INSERT INTO schema_versions (version, description) VALUES (999, 'later')");
        await backup.WriteAsync(newer, None);
        await Database.ExecuteAsync("DELETE FROM schema_versions WHERE version = 999");
        Assert.Contains("schema version 999", (await RefusedAsync(newer, true)).Message, StringComparison.Ordinal);
        string noise = NewFile();
        await File.WriteAllTextAsync(noise, new string('x', 9000));
        await RefusedAsync(noise, true);
        await RefusedAsync(NewFile(), true);
        Assert.Equal(3, await Database.CountAsync("frames"));

        await Store.DisposeAsync();
        Store = StoreFactory.Create(Database.Settings);
        await backup.RestoreAsync(file, replaces: true, None);
        Assert.Equal(2, await Database.CountAsync("frames"));

        Task<BackupException> RefusedAsync(string path, bool replaces) =>
            Assert.ThrowsAsync<BackupException>(() => backup.RestoreAsync(path, replaces, None));
    }

    private static StoreBackup BackupOf(TestDatabase database) => StoreBackup.Of(database.MigrationSettings);

    private string NewFile() => Path.Combine(backups.FullName, $"{Guid.NewGuid():N}.backup");

    private static async Task<List<(TestBeacon Beacon, byte[] Frame)>> SendFromAllAsync(
        TestService service, TestBeacon[] beacons, uint sequence)
    {
        List<(TestBeacon Beacon, byte[] Frame)> sent = [];
        foreach (TestBeacon beacon in beacons)
        {
            byte[] frame = beacon.Session!.Records(5, 1, TestRecords.Report(sequence, [sequence]));
            Assert.Equal(IngestOutcome.Accepted, (await service.HandleAsync(beacon, frame)).Outcome);
            sent.Add((beacon, frame));
        }

        return sent;
    }

    private static async Task<AuditReport> VerifyAuditAsync(
        IRendezvousStore store, TestOperator op, DateTimeOffset now)
    {
        IReadOnlyList<AuditHeadRow> heads = await store.ListAuditHeadsAsync(null, 1000, None);
        IReadOnlyList<AuditEntry> entries = await store.ListAuditEntriesAsync(null, 1000, None);
        AuditPins pins = new(
            [op.RootPublicKey], new Dictionary<uint, DateTimeOffset>(), AuditPolicy.MaxGap, AuditPolicy.Kept);
        return AuditVerifier.Verify(
            new AuditEvidence(
                entries, [.. heads.Select(head => new AuditHeadText($"head {head.Id}", head.Jws, false))], [], now),
            pins);
    }
}
