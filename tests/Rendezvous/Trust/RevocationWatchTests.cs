using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>A revocation by one replica, and what the others know of it.</summary>
public sealed class RevocationWatchTests : IAsyncLifetime
{
    private readonly TestService service = new();
    private TestBeacon beacon = new();

    public async Task InitializeAsync()
    {
        beacon = await service.EnrolAsync();
        await service.Get<Revocations>().LookAsync(default);
    }

    public Task DisposeAsync() => service.DisposeAsync().AsTask();

    [Fact]
    public async Task What_another_replica_revoked_is_disconnected_and_forgotten_here_with_the_next_look()
    {
        await service.StartAsync();
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        await client.AttestAsync();
        await using TestService other = new(service.Time, service.Store, service.Operator);
        Assert.True(await other.Store.RevokeAsync(beacon.Id, "test", service.Time.Now, default));
        await service.Get<Revocations>().LookAsync(default);
        await client.Disconnected;
        Assert.Equal(0, service.Get<SessionCache>().Count);
        Assert.Equal(1, service.Metrics.RevocationEpoch.Value);
    }

    [Fact]
    public async Task The_running_service_looks_by_itself()
    {
        await service.StartAsync();
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        await service.Store.RevokeAsync(beacon.Id, "test", service.Time.Now, default);
        await client.Disconnected;
    }

    [Fact]
    public async Task Other_beacons_stay()
    {
        await service.AttestAsync(beacon);
        TestBeacon revoked = await service.EnrolAsync("revoked");
        await service.AttestAsync(revoked);
        await service.Store.RevokeAsync(revoked.Id, "test", service.Time.Now, default);
        await service.Get<Revocations>().LookAsync(default);
        Assert.Equal(1, service.Get<SessionCache>().Count);
    }

    [Fact]
    public async Task A_replica_that_cannot_know_who_was_revoked_holds_frames_and_judges_nobody()
    {
        await service.StartAsync();
        byte[] hello = beacon.Hello();
        byte[] challenge = (await service.HandleAsync(beacon, hello)).Reply.ToArray();
        await service.AttestAsync(beacon);
        byte[] records = beacon.Session!.Records(5, 1, TestRecords.Report(1, [7]));
        service.Store.RevocationFailure = new IOException("no route to the database");
        service.Time.Advance(TrustPolicy.RevocationsCurrent + TimeSpan.FromMilliseconds(1));

        FrameAnswer held = await service.HandleAsync(beacon, records);
        Assert.Equal(
            (IngestOutcome.CouldNotCheck, true, false), (held.Outcome, held.Reply.IsEmpty, held.EndConnection));
        Assert.Empty(service.Store.Records);
        FrameAnswer unjudged = await service.HandleAsync(beacon, beacon.Evidence(hello, challenge));
        AttestationRefusalFrame refusal = new();
        Assert.Equal(WireError.None, refusal.Read(unjudged.Reply.ToArray(), 0, unjudged.Reply.Length));
        Assert.Equal(
            (IngestOutcome.CouldNotCheck, AttestationOutcome.CouldNotCheck), (unjudged.Outcome, refusal.Outcome));
        Assert.Single(service.Store.Verdicts);

        service.Store.RevocationFailure = null;
        service.Time.Advance(TrustPolicy.RevocationsPoll + TimeSpan.FromMilliseconds(1));
        Assert.Equal(IngestOutcome.Accepted, (await service.HandleAsync(beacon, records)).Outcome);
    }

    [Fact]
    public async Task For_five_seconds_what_was_known_is_good_enough()
    {
        await service.StartAsync();
        await service.AttestAsync(beacon);
        service.Store.RevocationFailure = new IOException("no route to the database");
        service.Time.Advance(TrustPolicy.RevocationsCurrent);
        byte[] records = beacon.Session!.Records(5, 1, TestRecords.Report(1, [7]));
        Assert.Equal(IngestOutcome.Accepted, (await service.HandleAsync(beacon, records)).Outcome);
    }
}
