using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Audit;

/// <summary>When heads are signed, what they vouch for, and how they leave the database's reach.</summary>
public sealed class AuditHeadsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lumen-heads-");

    private string Export => Path.Combine(folder.FullName, "heads");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_head_is_signed_at_the_start_each_hour_and_at_the_stop_and_exported_once()
    {
        await using RunningService service = await StartAsync();
        await RoundAsync(service);
        AuditHead first = Assert.Single(Heads(service));
        Assert.Equal(AuditHeadKind.Hourly, first.Kind);
        service.Advance(AuditPolicy.HeadEvery - TimeSpan.FromSeconds(1));
        await RoundAsync(service);
        Assert.Single(Heads(service));
        await service.EnrolLiveAsync("attic");
        service.Advance(TimeSpan.FromSeconds(1));
        await RoundAsync(service);
        Assert.Equal(2, Heads(service).Count);
        Assert.Equal(first.Number + 2, Heads(service)[1].Number);
        await service.StopAsync();
        Assert.Equal(
            [AuditHeadKind.Hourly, AuditHeadKind.Hourly, AuditHeadKind.Stop], Heads(service).Select(head => head.Kind));
        Assert.Equal(3, (await service.Store.ListAuditHeadsAsync(null, 9, default)).Count);
        Assert.True(Assert.Single(await service.Store.ListAuditChainsAsync(default)).IsOver);
    }

    [Fact]
    public async Task A_head_that_cannot_be_exported_is_told_and_tried_again()
    {
        await File.WriteAllTextAsync(Export, "no folder");
        await using RunningService service = await StartAsync();
        await RoundAsync(service);
        AuditHeads heads = service.Get<AuditHeads>();
        Assert.Equal(AuditHealth.NotExported, heads.Health);
        Assert.Equal(
            "heads wait to be exported",
            (await service.ReadAsync("/health/ready")).GetProperty("parts").GetProperty("audit").GetString());
        Assert.Contains("lumenlink_audit_heads_waiting 1", await MetricsAsync(service), StringComparison.Ordinal);
        File.Delete(Export);
        await RoundAsync(service);
        Assert.Equal(AuditHealth.Ok, heads.Health);
        Assert.Single(Heads(service));
        Assert.Contains("lumenlink_audit_heads_waiting 0", await MetricsAsync(service), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_cannot_be_signed_is_told_and_tried_again()
    {
        await using RunningService service = await StartAsync();
        await RoundAsync(service);
        service.Advance(AuditPolicy.HeadEvery);
        service.Gate.Failure = new IOException("away");
        await RoundAsync(service);
        Assert.Equal(AuditHealth.NotSigned, service.Get<AuditHeads>().Health);
        service.Gate.Failure = null;
        await RoundAsync(service);
        Assert.Equal(AuditHealth.Ok, service.Get<AuditHeads>().Health);
        Assert.Equal(2, Heads(service).Count);
    }

    [Fact]
    public async Task A_chain_that_its_service_left_is_vouched_for_by_another()
    {
        await using RunningService service = await StartAsync();
        await using (IRendezvousStore gone = StoreFactory.Create(service.Database.Settings))
        {
            await gone.AuditAsync(
                [new AuditFact(service.Now, null, AuditKind.Keys, "", "x", "Signing", "", [])], default);
        }

        await RoundAsync(service);
        Assert.Single(Heads(service)); // it may only be slow
        service.Advance(AuditPolicy.LeftAfter);
        await RoundAsync(service);
        AuditHead left = Assert.Single(Heads(service), head => head.Kind == AuditHeadKind.Left);
        Assert.Equal(2, left.Number);
        service.Advance(AuditPolicy.LeftAfter);
        await RoundAsync(service);
        Assert.Single(Heads(service), head => head.Kind == AuditHeadKind.Left);
    }

    [Fact]
    public async Task Without_a_key_entries_are_written_and_the_lack_is_told()
    {
        await using RunningService service = await StartAsync(
            trust: material => material with { Keys = material.Keys with { Audit = null } });
        await RoundAsync(service);
        Assert.Equal(AuditHealth.NoKey, service.Get<AuditHeads>().Health);
        Assert.False(Directory.Exists(Export));
        Assert.NotEmpty(await service.Store.ListAuditEntriesAsync(null, 9, default));
    }

    [Fact]
    public void A_file_of_a_head_is_never_written_again()
    {
        AuditExportFolder.Write(Export, "a.jws", "first");
        AuditExportFolder.Write(Export, "a.jws", "second");
        Assert.Equal("first\n", File.ReadAllText(Path.Combine(Export, "a.jws")));
        Assert.Single(Directory.GetFiles(Export));
    }

    private static Task RoundAsync(RunningService service) =>
        service.Get<AuditHeads>().RunAsync(AuditHeadKind.Hourly, default);

    private static async Task<string> MetricsAsync(RunningService service) =>
        await service.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    private Task<RunningService> StartAsync(Func<TrustMaterial, TrustMaterial>? trust = null) =>
        RunningService.StartAsync(trust: trust, settings: ports => new RendezvousSettings
        {
            HttpPort = ports.Http,
            MqttPort = ports.Mqtt,
            MetricsPort = ports.Metrics,
            AuditExportFolder = Export,
        });

    /// <summary>Exported heads, each checked, by time.</summary>
    private List<AuditHead> Heads(RunningService service) =>
    [
        .. Directory.GetFiles(Export).Select(file =>
        {
            JwsReading reading = ServiceJws.Read(
                File.ReadAllText(file).TrimEnd('\n'), AuditHead.Type, KeyUsage.Audit, [service.Operator.RootPublicKey]);
            Assert.Equal(JwsVerdict.Good, reading.Verdict);
            AuditHead head = AuditHead.Read(reading.Payload!)!;
            Assert.Equal(head.FileName, Path.GetFileName(file));
            return head;
        }).OrderBy(head => head.At).ThenBy(head => head.Kind),
    ];
}
