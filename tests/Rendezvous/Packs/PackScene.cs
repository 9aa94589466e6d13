using System.Net;
using System.Text;
using System.Text.Json;
using LumenLink.Client;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Packs;

/// <summary>Calls that clients make for packs, and what they pin.</summary>
internal static class PackScene
{
    public const string Audience = "lumenlink-dev";

    public static PackPins Pins(this RunningService service) => new()
    {
        Roots = [service.Operator.RootPublicKey],
        Audience = Audience,
    };

    public static async Task<string> PackAsync(this RunningService service, string body = "")
    {
        using HttpResponseMessage response = await service.AskAsync(body);
        string pack = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, pack);
        Assert.Equal("application/jose", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl!.NoStore);
        return pack;
    }

    public static Task<HttpResponseMessage> AskAsync(this RunningService service, string body) =>
        service.Http.PostAsync(
            new Uri("/api/v1/config", UriKind.Relative),
            body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/json"));

    public static async Task<string> KeysetAsync(this RunningService service)
    {
        using HttpResponseMessage response = await service.Http.GetAsync(
            new Uri("/.well-known/jwks.json", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/jwk-set+json", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>kid of each key, in order.</summary>
    public static IEnumerable<string> Kids(string keyset) =>
        JsonDocument.Parse(keyset).RootElement.GetProperty("keys").EnumerateArray()
            .Select(key => key.GetProperty("kid").GetString()!);

    public static string Kid(this TestKey key) => ServiceJws.Thumbprint(key.PublicKey);

    /// <summary>The payload of a pack that is good.</summary>
    public static JsonElement Payload(this RunningService service, string pack)
    {
        PackCheck check = PackVerifier.Verify(pack, service.Pins(), service.Now);
        Assert.Equal(PackVerdict.Good, check.Verdict);
        return check.Pack!.Payload;
    }

    /// <summary>A ring: each key with when it starts and ends, in minutes from now.</summary>
    public static KeyRing Ring(
        this RunningService service, params (TestKey Key, int StartsIn, int? EndsIn)[] keys) => new(
        keys.Select(entry => new RingKey(
            entry.Key.Open(service.Operator.RootPublicKey), service.Now.AddMinutes(entry.StartsIn),
            entry.EndsIn is { } end ? service.Now.AddMinutes(end) : null)));
}
