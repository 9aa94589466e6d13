using System.Net;
using System.Net.Http.Headers;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Frames;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.AspNetCore.Http;

namespace LumenLink.Tests.Rendezvous.Frames;

/// <summary>The exchange over HTTP, without a token: what it gives, and what nobody gets out of it.</summary>
public sealed class AttestOverHttpTests : IAsyncLifetime
{
    private const string Challenge = "/api/v1/attest/challenge";
    private const string Attest = "/api/v1/attest";
    private RunningService service = null!;

    public async Task InitializeAsync() => service = await RunningService.StartAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_beacon_attests_and_its_records_are_taken_by_whichever_way()
    {
        TestBeacon beacon = await service.EnrolAsync("attic");
        byte[] hello = beacon.Hello();
        byte[] challenge = await FrameAsync(Challenge, hello);
        Assert.True(TestBeacon.Trusts(service.Operator, hello, challenge));
        byte[] evidence = beacon.Evidence(hello, challenge);
        Assert.True(beacon.Accept(await FrameAsync(Attest, evidence)));
        await service.SendAsync(beacon, TestRecords.Report(1, [1]));
        await new PostClient(service, beacon).AssertServedAsync(2);
        BeaconView view = (await service.Store.GetBeaconAsync(1, beacon.Id, default))!;
        Assert.Equal(AttestationOutcome.Accepted, view.LastOutcome);
        using HttpResponseMessage again = await PostAsync(Attest, evidence);
        await RunningService.ProblemAsync(again, HttpStatusCode.Conflict, "evidence_repeated");
    }

    /// <summary>
    /// Enrolled, revoked or neither: who cannot sign is told the same, and nothing is kept of it against the beacon.
    /// </summary>
    [Fact]
    public async Task Who_has_not_signed_learns_nothing_and_changes_nothing()
    {
        TestBeacon enrolled = await service.EnrolLiveAsync("attic");
        TestBeacon revoked = await service.EnrolAsync("cellar");
        await service.Store.RevokeAsync(revoked.Id, "test", service.Now, default);
        TestBeacon foreign = new("garage");
        await service.Store.EnrolAsync(
            foreign.Enrolment(service.Operator, service.Operator.ForeignCa), [1, 2], "x", service.Now, default);
        long kept = await service.Database.CountAsync("attestations");
        List<string> told = [];
        foreach (TestBeacon beacon in (TestBeacon[])[enrolled, revoked, foreign, new TestBeacon("nobody")])
        {
            byte[] hello = beacon.Hello(new byte[16]);
            byte[] evidence = beacon.Evidence(hello, await FrameAsync(Challenge, hello));
            evidence[^1] ^= 1;
            byte[] refusal = await FrameAsync(Attest, evidence);
            AttestationRefusalFrame read = new();
            Assert.Equal(WireError.None, read.Read(refusal, 0, refusal.Length));
            Assert.True(read.Signed);
            told.Add($"{refusal.Length} {read.Outcome} {read.RetryAfterSeconds}");
        }

        Assert.Equal("SignatureInvalid", Assert.Single(told.Distinct()).Split(' ')[1]);
        Assert.Equal(kept, await service.Database.CountAsync("attestations"));
        BeaconView view = (await service.Store.GetBeaconAsync(1, enrolled.Id, default))!;
        Assert.Equal(AttestationOutcome.Accepted, view.LastOutcome);
    }

    [Fact]
    public async Task What_the_beacon_signed_is_kept_against_it()
    {
        TestBeacon beacon = await service.EnrolAsync("attic");
        byte[] hello = beacon.Hello();
        byte[] evidence = beacon.Evidence(
            hello, await FrameAsync(Challenge, hello), frame => frame.HardwareModel = HardwareModel.Esp32S3);
        byte[] refusal = await FrameAsync(Attest, evidence);
        AttestationRefusalFrame read = new();
        Assert.Equal(WireError.None, read.Read(refusal, 0, refusal.Length));
        Assert.Equal(AttestationOutcome.HardwareMismatch, read.Outcome);
        BeaconView view = (await service.Store.GetBeaconAsync(1, beacon.Id, default))!;
        Assert.Equal(AttestationOutcome.HardwareMismatch, view.LastOutcome);
    }

    [Fact]
    public async Task What_is_not_the_frame_of_the_call_is_a_problem()
    {
        TestBeacon beacon = await service.EnrolAsync("attic");
        byte[] hello = beacon.Hello();
        byte[] evidence = beacon.Evidence(hello, await FrameAsync(Challenge, hello));
        (string Path, byte[] Body)[] wrong =
        [
            (Challenge, []), (Challenge, [1]), (Challenge, evidence), (Challenge, hello[..^1]),
            (Challenge, new byte[99]), (Attest, []), (Attest, hello), (Attest, evidence[..^1]),
            (Attest, [.. evidence, 0]), (Attest, new byte[999]),
        ];
        foreach ((string path, byte[] body) in wrong)
        {
            using HttpResponseMessage response = await PostAsync(path, body);
            await RunningService.ProblemAsync(response, HttpStatusCode.BadRequest, "request_malformed");
        }

        foreach (string path in (string[])[Challenge, Attest])
        {
            byte[] more = new byte[WireLimits.MaxFrameBytes + 1];
            using HttpResponseMessage large = await PostAsync(path, more);
            await RunningService.ProblemAsync(large, HttpStatusCode.RequestEntityTooLarge, "body_too_large");
            using HttpResponseMessage chunked = await PostAsync(path, more, chunks: true);
            await RunningService.ProblemAsync(chunked, HttpStatusCode.RequestEntityTooLarge, "body_too_large");
            using HttpResponseMessage text = await PostAsync(path, hello, type: "text/plain");
            await RunningService.ProblemAsync(text, HttpStatusCode.UnsupportedMediaType, "request_malformed");
        }

        Assert.True(beacon.Accept(await FrameAsync(Attest, evidence)));
    }

    [Fact]
    public async Task A_store_that_fails_is_no_verdict()
    {
        TestBeacon beacon = await service.EnrolAsync("attic");
        byte[] hello = beacon.Hello();
        byte[] evidence = beacon.Evidence(hello, await FrameAsync(Challenge, hello));
        service.Gate.Failure = new IOException("gone");
        byte[] refusal = await FrameAsync(Attest, evidence);
        AttestationRefusalFrame read = new();
        Assert.Equal(WireError.None, read.Read(refusal, 0, refusal.Length));
        Assert.Equal((AttestationOutcome.CouldNotCheck, true), (read.Outcome, read.Signed));
        service.Gate.Failure = null;
        Assert.True(beacon.Accept(await FrameAsync(Attest, evidence)));
    }

    [Fact]
    public async Task An_address_that_asks_too_often_waits_and_holds_up_nobody_else()
    {
        TestBeacon beacon = await service.EnrolAsync("attic");
        for (int i = 0; i < TrustPolicy.AddressBurst; i++)
            await FrameAsync(Challenge, beacon.Hello());
        using (HttpResponseMessage limited = await PostAsync(Challenge, beacon.Hello()))
        {
            await RunningService.ProblemAsync(limited, HttpStatusCode.TooManyRequests, "rate_limited");
            Assert.NotNull(limited.Headers.RetryAfter);
        }

        using (HttpResponseMessage other = await PostAsync(Challenge, beacon.Hello(), from: "192.0.2.9, 198.51.100.7"))
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(IngestOutcome.Attested, await service.AttestAsync(beacon)); // its own rate is not touched
        service.Advance(TrustPolicy.AddressEarnedEvery);
        await FrameAsync(Challenge, beacon.Hello());
    }

    [Fact]
    public void A_household_is_one_address_and_only_the_proxy_here_says_who_calls()
    {
        AddressGate gate = new(new ManualTime());
        for (int i = 0; i < TrustPolicy.AddressBurst; i++)
            Assert.True(gate.Allows(IPAddress.Parse($"2001:db8:1:2::{i:x}")));
        Assert.False(gate.Allows(IPAddress.Parse("2001:db8:1:2:ffff::1")));
        Assert.True(gate.Allows(IPAddress.Parse("2001:db8:1:3::1")));
        Assert.Equal("198.51.100.7", AddressOf("127.0.0.1", "192.0.2.9, 198.51.100.7"));
        Assert.Equal("203.0.113.5", AddressOf("203.0.113.5", "192.0.2.9"));
        Assert.Equal("127.0.0.1", AddressOf("127.0.0.1", "rubbish"));
    }

    private static string AddressOf(string remote, string forwarded)
    {
        DefaultHttpContext context = new();
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        context.Request.Headers["X-Forwarded-For"] = forwarded;
        return AddressGate.AddressOf(context).ToString();
    }

    private async Task<byte[]> FrameAsync(string path, byte[] frame)
    {
        using HttpResponseMessage response = await PostAsync(path, frame);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {response.StatusCode}");
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(
        string path, byte[] body, string type = "application/octet-stream", string? from = null, bool chunks = false)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = chunks ? new StreamContent(new MemoryStream(body)) : new ByteArrayContent(body),
        };
        request.Headers.TransferEncodingChunked = chunks ? true : null;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
        return await service.Http.SendAsync(request);
    }
}
