using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>Each rule of the policy at its edges: what one beacon can do is no alarm, the next thing is one.</summary>
public sealed class ClonePolicyTests
{
    private static readonly DateTimeOffset Noon = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Boot 7 attested at noon, a minute after its start; its third token was accepted then.</summary>
    private static readonly RegisteredBeacon Seven = new(default, [], null!, null, [], 7)
    {
        AttestedAt = Noon,
        TickZeroUnixMs = Noon.AddMinutes(-1).ToUnixTimeMilliseconds(),
        Tokens = new AcceptedTokens(7, 3, Noon, 6, 9),
    };

    [Theory]
    [InlineData(6, 5.001, AttestationOutcome.BootNotRising, AlarmKind.EarlierBoot)]
    [InlineData(6, 5, AttestationOutcome.BootNotRising, null)] // perhaps by a replica whose clock is ahead
    [InlineData(6, -60, AttestationOutcome.BootNotRising, null)] // on its way while the later boot attested
    [InlineData(1, 3600, AttestationOutcome.VersionTooOld, AlarmKind.EarlierBoot)] // signed, whatever else is wrong
    [InlineData(6, 60, AttestationOutcome.SignatureInvalid, null)] // anybody's
    [InlineData(6, 60, AttestationOutcome.NonceUsed, null)]
    [InlineData(6, 60, AttestationOutcome.CouldNotCheck, null)]
    [InlineData(8, 60, AttestationOutcome.Accepted, null)]
    public void Evidence_of_an_earlier_boot_counts_when_its_challenge_is_younger_than_the_later_boot(
        uint boot, double challengedAfterS, AttestationOutcome outcome, AlarmKind? expected)
    {
        DateTimeOffset issued = Noon.AddSeconds(challengedAfterS);
        Assert.Equal(expected, OfEvidence(Seven, outcome, boot, issued, 0, issued.AddSeconds(1)));
        Assert.Null(OfEvidence(Seven with { AttestedAt = null }, outcome, boot, issued, 0, issued.AddSeconds(1)));
    }

    [Theory]
    [InlineData(60, 61, null)]
    [InlineData(60, 0, null)] // two minutes behind: perhaps held for as long as a challenge lives
    [InlineData(3600, (61 * 60) - (5 * 60) - 36, null)] // behind by five minutes and 1 %
    [InlineData(3600, (61 * 60) - (5 * 60) - 37, AlarmKind.UptimeBehind)]
    [InlineData(3600, 60, AlarmKind.UptimeBehind)] // started when it attested, an hour later
    [InlineData(86_400, 86_460 - 864 - 300, null)]
    [InlineData(3600, 8_000_000, null)] // a clock that runs ahead says nothing
    public void A_boot_that_did_not_run_as_long_as_it_must_have_counts(
        int laterS, ulong uptimeS, AlarmKind? expected)
    {
        DateTimeOffset now = Noon.AddSeconds(laterS);
        foreach (AttestationOutcome outcome in (AttestationOutcome[])[
            AttestationOutcome.Accepted, AttestationOutcome.MeasurementUnknown])
            Assert.Equal(expected, OfEvidence(Seven, outcome, 7, now, uptimeS, now));
        Assert.Null(OfEvidence(Seven, AttestationOutcome.Accepted, 8, now, uptimeS, now));
        RegisteredBeacon untold = Seven with { TickZeroUnixMs = null };
        Assert.Null(OfEvidence(untold, AttestationOutcome.Accepted, 7, now, uptimeS, now));
    }

    [Theory]
    [InlineData(6, 10, 61, AlarmKind.EarlierBootToken)]
    [InlineData(6, 10, 60, null)] // may have waited at the door
    [InlineData(6, 9, 61, null)] // was accepted then: whoever saw it shows it again
    [InlineData(6, 1, 3600, null)]
    [InlineData(5, 99, 3600, null)] // too long ago to tell new from seen
    [InlineData(7, 2, 3600, null)]
    public void A_token_of_an_earlier_boot_counts_when_it_is_new_and_late(
        uint boot, uint connect, int laterS, AlarmKind? expected)
    {
        TokenOutcome outcome = boot < 7 ? TokenOutcome.EarlierBoot : TokenOutcome.Used;
        Assert.Equal(expected, OfToken(Seven, outcome, boot, connect, laterS));
        Assert.Null(OfToken(Seven, TokenOutcome.CouldNotCheck, boot, connect, laterS));
    }

    [Fact]
    public void A_later_boot_that_attested_without_a_token_counts_too()
    {
        RegisteredBeacon untold = Seven with { Tokens = new AcceptedTokens(6, 9, Noon.AddHours(-1), 5, 4) };
        Assert.Equal(AlarmKind.EarlierBootToken, OfToken(untold, TokenOutcome.EarlierBoot, 6, 10, 61));
        Assert.Null(OfToken(untold, TokenOutcome.EarlierBoot, 6, 9, 61));
        Assert.Null(OfToken(untold, TokenOutcome.EarlierBoot, 6, 10, 60));
    }

    [Fact]
    public void A_later_boot_that_came_while_the_token_was_judged_does_not_count()
    {
        RegisteredBeacon before = Seven with { HighestAttestedBoot = 6, Tokens = new(6, 9, Noon, 5, 1) };
        Assert.Null(OfToken(before, TokenOutcome.EarlierBoot, 6, 10, 3600));
    }

    [Fact]
    public void A_record_conflicts_with_another_content_and_with_nothing_that_is_not_known()
    {
        Assert.True(ClonePolicy.IsConflict(1, 2));
        Assert.False(ClonePolicy.IsConflict(2, 2));
        Assert.False(ClonePolicy.IsConflict(null, 2));
    }

    [Fact]
    public void Any_open_alarm_is_a_suspicion()
    {
        Assert.False(ClonePolicy.IsSuspected(AlarmKinds.None));
        Assert.All(
            Enum.GetValues<AlarmKind>(), kind => Assert.True(ClonePolicy.IsSuspected((AlarmKinds)(1 << (int)kind))));
    }

    private static AlarmKind? OfEvidence(
        RegisteredBeacon last, AttestationOutcome outcome, uint boot, DateTimeOffset issued, ulong uptimeS,
        DateTimeOffset now)
    {
        EvidenceFrame evidence = new()
        {
            Boot = boot,
            IssuedUnixMs = issued.ToUnixTimeMilliseconds(),
            UptimeMs = uptimeS * 1000,
        };
        return ClonePolicy.OfEvidence(last, outcome, evidence, now);
    }

    private static AlarmKind? OfToken(
        RegisteredBeacon last, TokenOutcome outcome, uint boot, uint connect, int laterS) => ClonePolicy.OfToken(
        last, outcome, new ConnectionToken { Boot = boot, Connect = connect }, Noon.AddSeconds(laterS));
}
