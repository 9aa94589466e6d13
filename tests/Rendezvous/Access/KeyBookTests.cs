using System.Net;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace LumenLink.Tests.Rendezvous.Access;

/// <summary>The text of keys, and how they are looked up.</summary>
public sealed class KeyBookTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.7");

    private readonly ManualTime time = new();
    private readonly MemoryStore store = new();
    private readonly KeyBook book;

    public KeyBookTests() => book = new KeyBook(store, time, NullLogger<KeyBook>.Instance);

    [Fact]
    public void A_key_is_taken_apart_as_it_was_made_and_every_slip_is_told()
    {
        string text = ApiKeyText.Create(out string id, out byte[] hash);
        Assert.Matches("^llk_[0-9a-f]{16}_[0-9a-f]{72}$", text);
        Assert.True(ApiKeyText.TryRead(text, out string read, out byte[] readHash));
        Assert.Equal((id, Convert.ToHexString(hash)), (read, Convert.ToHexString(readHash)));
        Assert.NotEqual(text, ApiKeyText.Create(out _, out _));
        for (int i = 0; i < text.Length; i++)
        {
            char other = text[i] == '0' ? '1' : '0';
            Assert.False(ApiKeyText.TryRead(text[..i] + other + text[(i + 1)..], out _, out _), $"at {i}");
            Assert.False(ApiKeyText.TryRead(text.Remove(i, 1), out _, out _));
        }

        string[] nothing = ["", "llk_", text + "0", text.ToUpperInvariant(), new('é', text.Length)];
        foreach (string none in nothing)
            Assert.False(ApiKeyText.TryRead(none, out _, out _));
    }

    [Fact]
    public async Task A_key_is_good_until_it_ends_and_is_read_again_after_seconds()
    {
        (string text, ApiKeyView key) = await AddAsync();
        for (int i = 0; i < 5; i++)
            Assert.Equal((AccessOutcome.Admitted, key.Id), await JudgeAsync(text));
        Assert.Equal(1, store.ApiKeyLookups);
        await store.RevokeApiKeyAsync(1, key.Id, "x", time.Now, default);
        time.Advance(AccessPolicy.KeyLifetime - TimeSpan.FromMilliseconds(1));
        Assert.Equal(AccessOutcome.Admitted, (await JudgeAsync(text)).Outcome);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((AccessOutcome.KeyRevoked, null), await JudgeAsync(text));
        Assert.Equal(AccessOutcome.KeyRevoked, await book.JudgeAgainAsync(key.Id, default));

        (string second, ApiKeyView expiring) = await AddAsync();
        await JudgeAsync(second);
        time.Advance(expiring.ExpiresAt - time.Now);
        Assert.Equal((AccessOutcome.KeyExpired, null), await JudgeAsync(second));
    }

    [Fact]
    public async Task The_replica_that_revokes_forgets_at_once()
    {
        (string text, ApiKeyView key) = await AddAsync();
        await JudgeAsync(text);
        await store.RevokeApiKeyAsync(1, key.Id, "x", time.Now, default);
        book.Forget(key.Id);
        Assert.Equal((AccessOutcome.KeyRevoked, null), await JudgeAsync(text));
    }

    [Fact]
    public async Task Another_secret_under_a_known_id_is_an_unknown_key_and_costs_no_look()
    {
        (string text, ApiKeyView key) = await AddAsync();
        await JudgeAsync(text);
        string secret = ApiKeyText.Create(out string other, out _);
        string forged = Sealed($"llk_{key.Id}_{secret[21..85]}");
        for (int i = 0; i < 100; i++)
            Assert.Equal((AccessOutcome.KeyUnknown, null), await JudgeAsync(forged));
        Assert.Equal(1, store.ApiKeyLookups);
        Assert.NotEqual(key.Id, other);
    }

    [Fact]
    public async Task Unknown_keys_are_not_looked_up_without_bound()
    {
        (string text, ApiKeyView key) = await AddAsync();
        await JudgeAsync(text);
        int before = store.ApiKeyLookups;
        AccessOutcome[] outcomes = new AccessOutcome[100];
        for (int i = 0; i < outcomes.Length; i++)
            outcomes[i] = (await JudgeAsync(ApiKeyText.Create(out _, out _))).Outcome;
        int looked = store.ApiKeyLookups - before;
        Assert.Equal(AccessPolicy.LookupBurst - 1, looked); // the known key took one before it was known
        Assert.Equal(outcomes.Length - looked, outcomes.Count(each => each == AccessOutcome.TooManyLookups));
        Assert.Equal((AccessOutcome.Admitted, key.Id), await JudgeAsync(text)); // who is known goes on
        Assert.Equal(
            AccessOutcome.KeyUnknown,
            (await book.JudgeAsync(ApiKeyText.Create(out _, out _), IPAddress.Parse("192.0.2.8"), default)).Outcome);
        time.Advance(AccessPolicy.LookupEarnedEvery);
        Assert.Equal(AccessOutcome.KeyUnknown, (await JudgeAsync(ApiKeyText.Create(out _, out _))).Outcome);
    }

    [Fact]
    public async Task Of_many_at_once_from_everywhere_few_ask_the_store()
    {
        store.ApiKeyHold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<(AccessOutcome Outcome, ApiKeyView? Key)>[] calls =
        [
            .. Enumerable.Range(0, 100).Select(i => book.JudgeAsync(
                ApiKeyText.Create(out _, out _), new IPAddress([198, 51, 100, (byte)i]), default).AsTask()),
        ];
        store.ApiKeyHold.SetResult();
        AccessOutcome[] outcomes = [.. (await Task.WhenAll(calls)).Select(call => call.Outcome)];
        Assert.Equal(AccessPolicy.LookupsAtOnce, outcomes.Count(each => each == AccessOutcome.KeyUnknown));
        Assert.Equal(AccessPolicy.LookupsAtOnce, store.ApiKeyLookups);
    }

    [Fact]
    public async Task A_store_that_fails_is_an_error_and_is_asked_again()
    {
        (string text, ApiKeyView key) = await AddAsync();
        store.Failure = new IOException("gone");
        await Assert.ThrowsAsync<IOException>(() => JudgeAsync(text));
        store.Failure = null;
        Assert.Equal((AccessOutcome.Admitted, key.Id), await JudgeAsync(text));
    }

    [Fact]
    public async Task The_last_use_is_noted_to_the_hour()
    {
        (string text, ApiKeyView key) = await AddAsync();
        for (int i = 0; i < 30; i++)
        {
            await JudgeAsync(text);
            time.Advance(TimeSpan.FromMinutes(3));
        }

        Assert.Equal([key.Id, key.Id], store.ApiKeysTouched);
    }

    private static string Sealed(string body) => body + Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(body)).AsSpan(0, 4));

    private async Task<(AccessOutcome Outcome, string? Id)> JudgeAsync(string text)
    {
        (AccessOutcome outcome, ApiKeyView? key) = await book.JudgeAsync(text, Here, default);
        return (outcome, key?.Id);
    }

    private async Task<(string Text, ApiKeyView Key)> AddAsync()
    {
        string text = ApiKeyText.Create(out string id, out byte[] hash);
        ApiKeyView key = new(id, 1, "ci", ApiRole.Viewer, "x", time.Now, time.Now.AddDays(1));
        await store.AddApiKeyAsync(key, hash, default);
        return (text, key);
    }
}
