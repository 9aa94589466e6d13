using System.Text.Json;
using Jose;
using LumenLink.Rendezvous.Packs;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Packs;

/// <summary>A JOSE library that shares no code with the service checks what it gives out.</summary>
public sealed class IndependentVerificationTests : IAsyncLifetime
{
    private RunningService service = null!;

    public async Task InitializeAsync()
    {
        service = await RunningService.StartAsync();
        await service.EnrolLiveAsync("Nordtor \"ö\" 😀");
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_pack_verifies_with_the_published_key_of_its_kid()
    {
        string pack = await service.PackAsync();
        JsonElement payload = JsonDocument.Parse(Verify(pack, await service.KeysetAsync())).RootElement;
        Assert.Equal(PackScene.Audience, payload.GetProperty("aud").GetString());
        Assert.Equal("Nordtor \"ö\" 😀", payload.GetProperty("beacons")[0].GetProperty("name").GetString());
        IDictionary<string, object> header = JWT.Headers(pack);
        Assert.Equal(["alg", "kid", "lumenlink_cert", "typ"], header.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("ES256", PackSignature.Type), (header["alg"], header["typ"]));
    }

    [Fact]
    public async Task No_character_of_a_pack_can_be_changed()
    {
        string pack = await service.PackAsync();
        Jwk key = KeyOf(pack, await service.KeysetAsync());
        for (int at = pack.IndexOf('.', StringComparison.Ordinal) + 1; at < pack.Length - 1; at += 7)
        {
            if (pack[at] == '.')
                continue;
            string changed = pack[..at] + (pack[at] == 'A' ? 'B' : 'A') + pack[(at + 1)..];
            Assert.ThrowsAny<Exception>(() => JWT.Decode(changed, key, JwsAlgorithm.ES256));
        }
    }

    [Fact]
    public async Task A_keyset_has_the_key_that_signs_the_next_and_the_one_before_until_its_end()
    {
        TestOperator op = service.Operator;
        TestKey first = op.Packs;
        TestKey second = op.NewKey(KeyUsage.Packs, 8);
        service.Get<OperatorKeys>().Take(op.Rings with
        {
            Packs = service.Ring((first, 0, 90), (second, 60, null)),
        });
        string before = await service.PackAsync();
        string keyset = await service.KeysetAsync();
        Assert.Equal([second.Kid(), first.Kid()], PackScene.Kids(keyset));
        Assert.Equal(first.Kid(), JWT.Headers(before)["kid"]);

        service.Advance(TimeSpan.FromMinutes(60));
        string after = await service.PackAsync();
        Assert.Equal(second.Kid(), JWT.Headers(after)["kid"]);
        Assert.Equal([second.Kid(), first.Kid()], PackScene.Kids(await service.KeysetAsync()));

        // A keyset from before the change of keys is enough for both, and one from after it too.
        foreach (string known in (string[])[keyset, await service.KeysetAsync()])
        {
            Verify(before, known);
            Verify(after, known);
        }

        service.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal([second.Kid()], PackScene.Kids(await service.KeysetAsync()));
        Verify(await service.PackAsync(), await service.KeysetAsync());
    }

    /// <summary>The payload, once the signature holds under the published key.</summary>
    private static string Verify(string pack, string keyset) =>
        JWT.Decode(pack, KeyOf(pack, keyset), JwsAlgorithm.ES256);

    private static Jwk KeyOf(string pack, string keyset) =>
        Assert.Single(
            JwkSet.FromJson(keyset, JWT.DefaultSettings.JsonMapper),
            key => key.KeyId == (string)JWT.Headers(pack)["kid"]);
}
