using System.Net;
using LumenLink.Rendezvous.Packs;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Packs;

/// <summary>How the keyset is cached, and how keys are named.</summary>
public sealed class KeysetTests
{
    [Fact]
    public async Task A_keyset_says_how_long_it_may_be_kept_and_is_not_sent_twice()
    {
        await using RunningService service = await RunningService.StartAsync();
        using HttpResponseMessage first = await GetAsync(service, null);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(PackPolicy.KeysetMaxAge, first.Headers.CacheControl!.MaxAge);
        Assert.True(first.Headers.CacheControl.Public);
        string tag = first.Headers.ETag!.ToString();
        using HttpResponseMessage again = await GetAsync(service, tag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);

        TestKey next = service.Operator.NewKey(KeyUsage.Packs, 8);
        service.Get<OperatorKeys>().Take(service.Operator.Rings with { Packs = service.Operator.Ring(next) });
        using HttpResponseMessage changed = await GetAsync(service, tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag!.ToString());
    }

    /// <summary>The key of RFC 7517 appendix A.1; its thumbprint was made with another program.</summary>
    [Fact]
    public void A_kid_is_the_thumbprint_of_the_key()
    {
        byte[] key = Convert.FromHexString(
            "30A0424CD21C2944838A2D75C92B37E76EA20D9F00893A3B4EEE8A3C0AAFEC3E"
            + "E04B65E92456D9888B52B379BDFBD51EE869EF1F0FC65B6659695B6CCE081723");
        Assert.Equal("cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s", ServiceJws.Thumbprint(key));
    }

    private static Task<HttpResponseMessage> GetAsync(RunningService service, string? tag)
    {
        HttpRequestMessage request = new(HttpMethod.Get, new Uri("/.well-known/jwks.json", UriKind.Relative));
        if (tag is not null)
            request.Headers.Add("If-None-Match", tag);
        return service.Http.SendAsync(request);
    }
}
