using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Ingest;

public sealed class RecordsTests : IAsyncLifetime
{
    private readonly TestService service = new();
    private TestBeacon beacon = new();

    public async Task InitializeAsync()
    {
        await service.StartAsync();
        beacon = await service.EnrolAsync();
        await service.AttestAsync(beacon);
    }

    public async Task DisposeAsync()
    {
        service.Store.Release.TrySetResult();
        await service.DisposeAsync();
    }

    private BeaconSession Session => beacon.Session!;

    [Fact]
    public async Task Records_are_stored_once_whatever_the_order_and_receipted_each_time()
    {
        byte[][] records = [.. Enumerable.Range(1, 4).Select(i => TestRecords.Report((uint)i, [(ulong)i, 100]))];
        ReceiptEntry third = Receipt(await SendAsync(Session.Records(5, 1, records[2], records[3])));
        Assert.Equal(0u, third.SettledThrough);
        Assert.Equal([false, false, true, true], [.. Enumerable.Range(1, 4).Select(i => third.IsSettled((uint)i))]);
        byte[] first = Session.Records(5, 1, records[0], records[1], records[2]);
        Assert.Equal(4u, Receipt(await SendAsync(first)).SettledThrough);
        FrameAnswer again = await SendAsync(first);
        Assert.Equal(IngestOutcome.Duplicate, again.Outcome);
        Assert.Equal(4u, Receipt(again).SettledThrough);
        Assert.Equal(4, service.Store.Records.Count);
        Assert.Equal(8, service.Store.Sightings.Count);
        Assert.Equal(4, service.Metrics.RecordsStored.Value);
        Assert.Equal(4, service.Metrics.RecordsDuplicate.Value);
        Assert.Equal(8, service.Metrics.SightingsStored.Value);
    }

    [Fact]
    public async Task A_bad_record_is_refused_alone_and_settled()
    {
        byte[] frame = Session.Records(
            5, 1, TestRecords.Report(1, [7]), TestRecords.Record(2, 77, [1, 2, 3]), TestRecords.Record(3, 1, [9]),
            TestRecords.Status(4));
        ReceiptEntry receipt = Receipt(await SendAsync(frame));
        Assert.Equal(4u, receipt.SettledThrough);
        Assert.Equal(RefusalReason.None, receipt.ReasonFor(1));
        Assert.Equal(RefusalReason.KindUnknown, receipt.ReasonFor(2));
        Assert.Equal(RefusalReason.BodyMalformed, receipt.ReasonFor(3));
        Assert.Equal(RefusalReason.None, receipt.ReasonFor(4));
        Assert.Equal(7, Assert.Single(service.Store.Sightings).Address);
        StatusEntry status = Assert.Single(service.Store.Statuses);
        Assert.Equal("0.1.0", status.FirmwareVersion);
        Assert.Equal(new StatusTransport(TransportKind.Http, 1), status.Details.Transport);
        Assert.Equal(2, service.Metrics.RecordsRefused.Value);
    }

    [Fact]
    public async Task Diagnostics_are_text_of_lines_and_nothing_else()
    {
        string longest = new('x', WireLimits.MaxDiagnosticsBytes);
        byte[] frame = Session.Records(
            5, 1, TestRecords.Diagnostics(1, "queue 3\nchip 0\n"), TestRecords.Diagnostics(2, "bell \a\n"),
            TestRecords.Diagnostics(3, "\u00e9\n"), TestRecords.Diagnostics(4, ""));
        ReceiptEntry receipt = Receipt(await SendAsync(frame));
        Assert.Equal(
            [RefusalReason.None, RefusalReason.BodyMalformed, RefusalReason.BodyMalformed, RefusalReason.None],
            Enumerable.Range(1, 4).Select(sequence => receipt.ReasonFor((uint)sequence)));
        ReceiptEntry sizes = Receipt(await SendAsync(Session.Records(5, 5, TestRecords.Diagnostics(5, longest))));
        Assert.Equal(RefusalReason.None, sizes.ReasonFor(5));
        sizes = Receipt(await SendAsync(Session.Records(5, 6, TestRecords.Diagnostics(6, longest + "x"))));
        Assert.Equal(RefusalReason.BodyMalformed, sizes.ReasonFor(6));
        Assert.Equal(
            ["queue 3\nchip 0\n", "", longest], service.Store.Diagnostics.Select(diagnostics => diagnostics.Text));
        await SendAsync(frame);
        Assert.Equal(3, service.Store.Diagnostics.Count);
    }

    [Fact]
    public async Task A_boot_above_the_sessions_own_is_refused_and_its_floor_not_believed()
    {
        ReceiptEntry receipt = Receipt(await SendAsync(Session.Records(6, 900, TestRecords.Report(901, [7]))));
        Assert.Equal(RefusalReason.BootNotPossible, receipt.ReasonFor(901));
        Assert.Equal(0u, receipt.SettledThrough);
        Assert.Empty(service.Store.Sightings);
    }

    [Fact]
    public async Task Capture_times_come_from_the_best_clock_there_is()
    {
        long now = service.Time.Now.ToUnixTimeMilliseconds();
        long epoch = new DateTimeOffset(2030, 5, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        await SendAsync(Session.Records(5, 1, TestRecords.Report(1, [1], epoch), TestRecords.Report(2, [2])));
        await SendAsync(Session.Records(4, 1, TestRecords.Report(1, [3])));
        await SendAsync(Session.Records(
            5, 1, TestRecords.Report(3, [4], 1), TestRecords.Report(4, [5], 0, (1UL << 40) - 9001)));
        Assert.Equal(
            [
                (1, epoch + 1000, CaptureQuality.DeviceClock), (2, now - 60_000 + 1000, CaptureQuality.Placed),
                (3, now, CaptureQuality.Received), (4, now - 60_000 + 1000, CaptureQuality.Placed),
                (5, now, CaptureQuality.Received),
            ],
            service.Store.Sightings.Select(s => (s.Address, s.WindowOpenUnixMs, s.Quality)));
        Assert.All(
            service.Store.Sightings,
            s => Assert.Equal((9000, (byte)1, (sbyte)-70), (s.DurationMs, s.Radio, s.RssiDbm)));
    }

    [Fact]
    public async Task A_forged_frame_is_refused_and_too_many_end_the_session()
    {
        byte[] good = Session.Records(5, 1, TestRecords.Report(1, [7]));
        byte[] forged = [.. good];
        forged[20] ^= 1;
        for (int i = 1; i < TrustPolicy.MaxBadTags; i++)
            Assert.Equal(IngestOutcome.TagMismatch, (await SendAsync(forged)).Outcome);
        Assert.Equal(IngestOutcome.Accepted, (await SendAsync(good)).Outcome);
        Assert.Equal(IngestOutcome.TagMismatch, (await SendAsync(forged)).Outcome);
        FrameAnswer after = await SendAsync(good);
        Assert.Equal((IngestOutcome.SessionUnknown, true), (after.Outcome, after.Reply.IsEmpty));
        Assert.Empty(service.Store.Sessions);
        Assert.Equal(1, service.Metrics.SessionsEndedByBadTags.Value);
    }

    [Fact]
    public async Task A_frame_sealed_for_another_session_is_refused()
    {
        BeaconSession old = Session;
        await service.AttestAsync(beacon);
        byte[] frame = old.Records(5, 1, TestRecords.Report(1, [7]));
        BitConverter.GetBytes(Session.Id).CopyTo(frame, 2);
        Assert.Equal(IngestOutcome.TagMismatch, (await SendAsync(frame)).Outcome);

        TestBeacon neighbour = await service.EnrolAsync("cellar");
        await service.AttestAsync(neighbour);
        byte[] theirs = neighbour.Session!.Records(5, 1, TestRecords.Report(1, [7]));
        Assert.Equal(IngestOutcome.SessionOfAnotherBeacon, (await SendAsync(theirs)).Outcome);
        Assert.Empty(service.Store.Records);
    }

    [Fact]
    public async Task The_old_session_serves_until_it_is_ended()
    {
        BeaconSession old = Session;
        await service.AttestAsync(beacon);
        Assert.Equal(IngestOutcome.Accepted, (await SendAsync(old.Records(5, 1, TestRecords.Report(1, [7])))).Outcome);
        await service.Store.EndSessionAsync(beacon.Id, old.Id, service.Time.Now, default);
        FrameAnswer answer = await SendAsync(old.Records(5, 1, TestRecords.Report(2, [7])));
        Assert.Equal((IngestOutcome.SessionEnded, true), (answer.Outcome, answer.Reply.IsEmpty));
        Assert.Equal(
            IngestOutcome.SessionUnknown,
            (await SendAsync(old.Records(5, 1, TestRecords.Report(2, [7])))).Outcome);
        Assert.Single(service.Store.Records);
    }

    [Fact]
    public async Task An_expired_session_and_a_revoked_beacon_get_no_receipt()
    {
        await service.Store.RevokeAsync(beacon.Id, "test", service.Time.Now, default);
        FrameAnswer revoked = await SendAsync(Session.Records(5, 1, TestRecords.Report(1, [7])));
        Assert.Equal(
            (IngestOutcome.Revoked, true, true),
            (revoked.Outcome, revoked.Reply.IsEmpty, revoked.EndConnection));
        service.Time.Advance(TrustPolicy.SessionLifetime);
        FrameAnswer expired = await SendAsync(Session.Records(5, 1, TestRecords.Report(1, [7])));
        Assert.Equal((IngestOutcome.SessionExpired, true), (expired.Outcome, expired.Reply.IsEmpty));
        Assert.Empty(service.Store.Records);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(13)]
    public async Task A_truncated_frame_is_refused(int length)
    {
        FrameAnswer answer = await SendAsync(Session.Records(5, 1, TestRecords.Report(1, [7]))[..length]);
        Assert.Contains(answer.Outcome, new[] { IngestOutcome.TooShort, IngestOutcome.TagMismatch });
        Assert.True(answer.Reply.IsEmpty);
    }

    [Fact]
    public async Task A_frame_whose_structure_is_wrong_under_a_good_tag_is_refused_by_name()
    {
        byte[] frame = Session.Records(5, 1, TestRecords.Report(1, [7]));
        frame[6] = 31;
        Assert.Equal(IngestOutcome.TooShort, (await SendAsync(Session.Seal(frame))).Outcome);
    }

    [Theory]
    [InlineData(0x81, 0u, IngestOutcome.TypeNotAllowed)]
    [InlineData(0x84, 1u, IngestOutcome.TypeNotAllowed)]
    [InlineData(0x86, 1u, IngestOutcome.TypeNotAllowed)]
    [InlineData(0x77, 1u, IngestOutcome.TypeUnknown)]
    [InlineData(0x03, 0u, IngestOutcome.SessionMissing)]
    [InlineData(0x01, 1u, IngestOutcome.SessionNotZero)]
    [InlineData(0x03, 0xFFFFFFFFu, IngestOutcome.SessionUnknown)]
    public async Task Other_headers_are_refused_by_name(byte type, uint sessionId, IngestOutcome outcome)
    {
        byte[] frame = new byte[100];
        frame[0] = 1;
        frame[1] = type;
        BitConverter.GetBytes(sessionId).CopyTo(frame, 2);
        Assert.Equal(outcome, (await SendAsync(frame)).Outcome);
        Assert.Equal(1, service.Count(outcome));
        frame[0] = 2;
        Assert.Equal(IngestOutcome.VersionUnknown, (await SendAsync(frame)).Outcome);
    }

    [Fact]
    public async Task A_failing_store_is_asked_again_and_nothing_is_receipted_before()
    {
        service.Store.FailingCommits = 2;
        FrameAnswer answer = await SendAsync(Session.Records(5, 1, TestRecords.Report(1, [7])));
        Assert.Equal(IngestOutcome.Accepted, answer.Outcome);
        Assert.Equal(3, service.Store.CommitCalls);
        Assert.Equal(2, service.Metrics.CommitFailures.Value);
        Assert.True(Receipt(answer).IsSettled(1));
    }

    [Fact]
    public async Task A_store_that_keeps_failing_gives_the_frame_back_unreceipted()
    {
        service.Store.FailingCommits = IngestPolicy.CommitAttempts;
        byte[] frame = Session.Records(5, 1, TestRecords.Report(1, [7]));
        FrameAnswer answer = await SendAsync(frame);
        Assert.Equal((IngestOutcome.StoreUnavailable, true), (answer.Outcome, answer.Reply.IsEmpty));
        Assert.Equal(IngestOutcome.Accepted, (await SendAsync(frame)).Outcome);
    }

    [Fact]
    public async Task Frames_that_wait_at_shutdown_are_answered_without_a_receipt()
    {
        service.Store.CommitEntered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<FrameAnswer> committing = SendAsync(Session.Records(5, 1, TestRecords.Report(1, [7])));
        await service.Store.CommitEntered.Task;
        Task<FrameAnswer> waiting = SendAsync(Session.Records(5, 1, TestRecords.Report(2, [7])));
        await service.Get<RecordsQueue>().StopAsync(default);
        Assert.Equal(IngestOutcome.StoreUnavailable, (await committing).Outcome);
        Assert.Equal(IngestOutcome.StoreUnavailable, (await waiting).Outcome);
        Assert.Equal(
            IngestOutcome.QueueFull,
            (await SendAsync(Session.Records(5, 1, TestRecords.Report(3, [7])))).Outcome);
    }

    private Task<FrameAnswer> SendAsync(byte[] frame) => service.HandleAsync(beacon, frame);

    private ReceiptEntry Receipt(FrameAnswer answer) => Session.Receipt(answer.Reply.ToArray());
}
