using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Trust;

public sealed class TokenTests : IAsyncLifetime
{
    private readonly TestService service = new();
    private TestBeacon beacon = new();

    public async Task InitializeAsync() => beacon = await service.EnrolAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_token_is_accepted_once_and_retried_for_a_while()
    {
        string token = beacon.Token();
        Assert.Equal(TokenOutcome.Accepted, await JudgeAsync(token));
        Assert.Equal(TokenOutcome.Retry, await JudgeAsync(token));
        service.Time.Advance(TrustPolicy.TokenRetryWindow + TimeSpan.FromSeconds(1));
        Assert.Equal(TokenOutcome.Used, await JudgeAsync(token));
        Assert.Equal(TokenOutcome.Accepted, await JudgeAsync(beacon.Token()));
    }

    [Fact]
    public async Task A_token_of_an_earlier_boot_is_refused()
    {
        string earlier = beacon.Token("lumenlink-dev", 4, 9);
        Assert.Equal(TokenOutcome.Accepted, await JudgeAsync(beacon.Token("lumenlink-dev", 5, 1)));
        Assert.Equal(TokenOutcome.EarlierBoot, await JudgeAsync(earlier));
    }

    [Fact]
    public async Task A_token_for_another_audience_uses_nothing_up()
    {
        Assert.Equal(TokenOutcome.SignatureInvalid, await JudgeAsync(beacon.Token("elsewhere", 5, 1)));
        Assert.Equal(TokenOutcome.Accepted, await JudgeAsync(beacon.Token("lumenlink-dev", 5, 1)));
    }

    [Fact]
    public async Task A_token_of_another_beacon_is_refused()
    {
        TestBeacon other = await service.EnrolAsync("cellar");
        Assert.Equal(TokenOutcome.SignatureInvalid, await JudgeAsync(other.Token()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hunter2")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_is_no_token_is_malformed(string password) =>
        Assert.Equal(TokenOutcome.Malformed, await JudgeAsync(password));

    [Fact]
    public async Task Unknown_and_revoked_beacons_are_refused()
    {
        TestBeacon stranger = new("stranger");
        TokenVerifier verifier = service.Get<TokenVerifier>();
        Assert.Equal(
            TokenOutcome.BeaconUnknown,
            (await verifier.VerifyAsync(stranger.Id, stranger.IdText, stranger.Token(), default)).Outcome);
        await service.Store.RevokeAsync(beacon.Id, "test", service.Time.Now, default);
        Assert.Equal(TokenOutcome.Revoked, await JudgeAsync(beacon.Token()));
    }

    private async Task<TokenOutcome> JudgeAsync(string token) =>
        (await service.Get<TokenVerifier>().VerifyAsync(beacon.Id, beacon.IdText, token, default)).Outcome;
}
