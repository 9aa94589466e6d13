using LumenLink.Protocol;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Control;

/// <summary>
/// What beacons say became of what was asked: the first word counts, and hostile ones change nothing.
/// </summary>
public sealed class AcknowledgementTests : IAsyncLifetime
{
    private ControlScene scene = null!;

    private BeaconSession Session => scene.Session;

    public async Task InitializeAsync()
    {
        scene = await ControlScene.StartAsync();
        await scene.AttestAsync();
    }

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Fact]
    public async Task The_first_word_on_a_command_counts()
    {
        uint id = await scene.CommandAsync("reboot");
        await scene.NextCommandAsync();
        Assert.Equal(
            IngestOutcome.Acknowledged,
            await scene.AckAsync(ControlSubject.Command, id, ControlOutcome.IdNotRising, "9"));
        Assert.Equal(IngestOutcome.AcknowledgedBefore, await scene.AckAsync(ControlSubject.Command, id));
        Assert.Equal(
            ("id_not_rising", "9", "The beacon took a later command before."),
            (await scene.CommandAsync(id, "outcome"), await scene.CommandAsync(id, "detail"),
                await scene.CommandAsync(id, "meaning")));
    }

    [Theory]
    [InlineData(ControlOutcome.Done, "in_effect")]
    [InlineData(ControlOutcome.RolledBack, "rolled_back")]
    [InlineData((ControlOutcome)200, "refused")]
    public async Task A_configuration_goes_on_from_accepted_and_its_end_never_changes(ControlOutcome end, string state)
    {
        await scene.ConfigureAsync("region=a");
        await scene.BehindAsync();
        Assert.Equal(IngestOutcome.Acknowledged, await ConfiguredAsync(ControlOutcome.Accepted));
        Assert.Equal(IngestOutcome.AcknowledgedBefore, await ConfiguredAsync(ControlOutcome.Accepted));
        Assert.Equal(IngestOutcome.Acknowledged, await ConfiguredAsync(end));
        foreach (ControlOutcome later in (ControlOutcome[])
            [ControlOutcome.Accepted, ControlOutcome.Done, ControlOutcome.RolledBack])
            Assert.Equal(IngestOutcome.AcknowledgedBefore, await ConfiguredAsync(later));
        Assert.Equal(state, await scene.ConfigurationAsync("state"));

        Task<IngestOutcome> ConfiguredAsync(ControlOutcome outcome) =>
            scene.AckAsync(ControlSubject.Configuration, 1, outcome);
    }

    [Fact]
    public async Task A_setting_that_the_beacon_refuses_is_named()
    {
        await scene.ConfigureAsync("report_ms=5");
        await scene.BehindAsync();
        await scene.AckAsync(ControlSubject.Configuration, 1, ControlOutcome.TextInvalid, "report_ms");
        Assert.Equal(
            ("refused", "text_invalid", "report_ms"),
            (await scene.ConfigurationAsync("state"), await scene.ConfigurationAsync("outcome"),
                await scene.ConfigurationAsync("detail")));
    }

    [Fact]
    public async Task What_was_never_sent_cannot_be_acknowledged()
    {
        uint id = await scene.CommandAsync("reboot");
        Assert.Equal(IngestOutcome.AcknowledgementUnknown, await scene.AckAsync(ControlSubject.Command, id));
        Assert.Equal(IngestOutcome.AcknowledgementUnknown, await scene.AckAsync(ControlSubject.Command, 77));
        Assert.Equal(IngestOutcome.AcknowledgementUnknown, await scene.AckAsync(ControlSubject.Configuration, 1));
        Assert.Equal("waiting", await scene.CommandAsync(id, "state"));
        Assert.Equal(3, scene.Count(IngestOutcome.AcknowledgementUnknown));
    }

    [Fact]
    public async Task A_beacon_speaks_for_itself_only()
    {
        uint id = await scene.CommandAsync("reboot");
        await scene.NextCommandAsync();
        TestBeacon other = await scene.Service.EnrolLiveAsync("cellar");
        byte[] own = other.Session!.Ack(ControlSubject.Command, id, ControlOutcome.Done);
        Assert.Equal(
            IngestOutcome.AcknowledgementUnknown, (await scene.Service.HandleAsync(other, own)).Outcome);
        byte[] stolen = Session.Ack(ControlSubject.Command, id, ControlOutcome.Done);
        Assert.Equal(
            IngestOutcome.SessionOfAnotherBeacon, (await scene.Service.HandleAsync(other, stolen)).Outcome);
        Assert.Equal("sent", await scene.CommandAsync(id, "state"));
    }

    [Fact]
    public async Task Bytes_that_are_no_acknowledgement_are_refused_by_name()
    {
        byte[] good = Session.Ack(ControlSubject.Command, 1, ControlOutcome.Done, "detail");
        await RefusedAsync(IngestOutcome.TooShort, good[..(CommandAckFrame.MinSize - 1)]);
        await RefusedAsync(IngestOutcome.ValueInvalid, With(6, 3));
        await RefusedAsync(IngestOutcome.ValueInvalid, With(7, 0));
        await RefusedAsync(IngestOutcome.ValueInvalid, With(11, 0));
        await RefusedAsync(IngestOutcome.LengthInvalid, With(12, 33));
        await RefusedAsync(IngestOutcome.TooShort, With(12, 7));
        await RefusedAsync(IngestOutcome.ValueInvalid, With(13, 0x1F));
        await RefusedAsync(IngestOutcome.ExtensionMalformed, With(12, 5));

        byte[] With(int at, byte value)
        {
            byte[] frame = (byte[])good.Clone();
            frame[at] = value;
            return frame;
        }

        async Task RefusedAsync(IngestOutcome outcome, byte[] frame) =>
            Assert.Equal(outcome, (await scene.Service.HandleAsync(scene.Beacon, Session.Seal(frame))).Outcome);
    }

    [Fact]
    public async Task Bad_tags_count_like_those_of_records_and_end_the_session()
    {
        uint id = await scene.CommandAsync("reboot");
        await scene.NextCommandAsync();
        byte[] forged = Session.Ack(ControlSubject.Command, id, ControlOutcome.Done);
        forged[^1] ^= 1;
        for (int i = 0; i < TrustPolicy.MaxBadTags; i++)
            Assert.Equal(IngestOutcome.TagMismatch, (await scene.Service.HandleAsync(scene.Beacon, forged)).Outcome);
        Assert.Equal(IngestOutcome.SessionUnknown, await scene.AckAsync(ControlSubject.Command, id));
        Assert.Equal("sent", await scene.CommandAsync(id, "state"));
    }

    [Fact]
    public async Task A_beacon_revoked_meanwhile_is_disconnected_and_not_believed()
    {
        uint id = await scene.CommandAsync("reboot");
        await scene.NextCommandAsync();
        byte[] ack = Session.Ack(ControlSubject.Command, id, ControlOutcome.Done);
        await scene.Service.Store.RevokeAsync(scene.Beacon.Id, "test", scene.Service.Now, default);
        FrameAnswer answer = await scene.Service.HandleAsync(scene.Beacon, ack);
        Assert.Equal((IngestOutcome.Revoked, true), (answer.Outcome, answer.EndConnection));
        Assert.Equal("sent", await scene.CommandAsync(id, "state"));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_makes_no_fault_of_the_beacons()
    {
        uint id = await scene.CommandAsync("reboot");
        await scene.NextCommandAsync();
        scene.Service.Gate.Failure = new IOException("the disk is full");
        Assert.Equal(IngestOutcome.StoreUnavailable, await scene.AckAsync(ControlSubject.Command, id));
        scene.Service.Gate.Failure = null;
        Assert.Equal(IngestOutcome.Acknowledged, await scene.AckAsync(ControlSubject.Command, id));
    }
}
