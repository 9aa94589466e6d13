using System.Net;
using System.Security.Cryptography;
using LumenLink.Rendezvous.Frames;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Access;

/// <summary>
/// The keys that are in use, each read from the store again after <see cref="AccessPolicy.KeyLifetime"/>. Anybody can
/// write down a key that there is not: those are not remembered, and each address may show so many, all together so
/// many at once.
/// </summary>
internal sealed class KeyBook(IApiKeyStore store, TimeProvider time, ILogger<KeyBook> logger)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Reading> readings = [];
    private readonly Dictionary<IPAddress, TokenBucket> rates = [];
    private int lookups;

    /// <summary>Judges a key as it was sent.</summary>
    /// <param name="text">The key.</param>
    /// <param name="address">Who sent it.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <returns>The key when it is good.</returns>
    public async ValueTask<(AccessOutcome Outcome, ApiKeyView? Key)> JudgeAsync(
        string text, IPAddress address, CancellationToken cancellationToken)
    {
        if (!ApiKeyText.TryRead(text, out string id, out byte[] secretHash))
            return (AccessOutcome.KeyMalformed, null);
        if (!IsKnown(id) && !TakeLookup(address))
            return (AccessOutcome.TooManyLookups, null);
        StoredApiKey? stored = await ReadAsync(id, cancellationToken);
        AccessOutcome outcome = stored is null ? AccessOutcome.KeyUnknown
            : !CryptographicOperations.FixedTimeEquals(secretHash, stored.SecretHash) ? AccessOutcome.KeyUnknown
            : StateOf(stored.Key);
        if (outcome != AccessOutcome.Admitted)
            return (outcome, null);
        await NoteUseAsync(stored!.Key, cancellationToken);
        return (outcome, stored.Key);
    }

    /// <summary>How a key stands that was judged before: a call may outlast it.</summary>
    public async ValueTask<AccessOutcome> JudgeAgainAsync(string id, CancellationToken cancellationToken) =>
        await ReadAsync(id, cancellationToken) is { } stored ? StateOf(stored.Key) : AccessOutcome.KeyUnknown;

    /// <summary>Forgets what was read of a key: it changed.</summary>
    public void Forget(string id)
    {
        lock (gate)
            readings.Remove(id);
    }

    private AccessOutcome StateOf(ApiKeyView key) =>
        key.RevokedAt is not null ? AccessOutcome.KeyRevoked
        : key.ExpiresAt <= time.GetUtcNow() ? AccessOutcome.KeyExpired
        : AccessOutcome.Admitted;

    private bool IsKnown(string id)
    {
        lock (gate)
            return readings.ContainsKey(id);
    }

    private bool TakeLookup(IPAddress address)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            return lookups < AccessPolicy.LookupsAtOnce && rates.TryTake(
                AddressGate.NetworkOf(address), AccessPolicy.LookupBurst, AccessPolicy.LookupEarnedEvery, now);
        }
    }

    /// <summary>One look at the store for all who show the key meanwhile.</summary>
    private Task<StoredApiKey?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        Reading reading;
        lock (gate)
        {
            if (!readings.TryGetValue(id, out reading!)
                || (now - reading.At).Duration() >= AccessPolicy.KeyLifetime)
            {
                if (readings.Count >= AccessPolicy.KeysRemembered && !readings.ContainsKey(id))
                    readings.Clear();
                bool isKnown = readings.ContainsKey(id);
                reading = new Reading(now);
                readings[id] = reading;
                _ = LookAsync(id, reading, isKnown);
            }
        }

        return reading.Found.Task.WaitAsync(cancellationToken);
    }

    private async Task LookAsync(string id, Reading reading, bool isKnown)
    {
        if (!isKnown)
            Interlocked.Increment(ref lookups);
        try
        {
            StoredApiKey? stored = await AskAsync(id, isKnown);
            if (stored is null)
                Forget(id, reading);
            reading.Found.SetResult(stored);
        }
        catch (Exception exception)
        {
            Forget(id, reading);
            reading.Found.SetException(exception);
            _ = reading.Found.Task.Exception; // whoever waits gets it; perhaps nobody does any more
        }
    }

    /// <summary>A place among the looks is given back before anybody hears of what was found.</summary>
    private async Task<StoredApiKey?> AskAsync(string id, bool isKnown)
    {
        try
        {
            return await Task.Run(() => store.FindApiKeyAsync(id, CancellationToken.None));
        }
        finally
        {
            if (!isKnown)
                Interlocked.Decrement(ref lookups);
        }
    }

    private void Forget(string id, Reading reading)
    {
        lock (gate)
        {
            if (readings.TryGetValue(id, out Reading? there) && there == reading)
                readings.Remove(id);
        }
    }

    /// <summary>A key whose use cannot be noted is good all the same.</summary>
    private async Task NoteUseAsync(ApiKeyView key, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            if (key.LastUsedAt > now - AccessPolicy.LastUsedStep || !readings.TryGetValue(key.Id, out Reading? reading)
                || reading.NotedAt > now - AccessPolicy.LastUsedStep)
                return;
            reading.NotedAt = now;
        }

        try
        {
            await store.TouchApiKeyAsync(key.Id, now, cancellationToken);
        }
        catch (Exception exception) when (ProblemHandler.IsStoreFailure(exception))
        {
            logger.KeyUseNotNoted(key.Id, exception);
        }
    }

    /// <summary>What a look at the store says of a key, once it says it.</summary>
    private sealed class Reading(DateTimeOffset at)
    {
        public DateTimeOffset At => at;

        public TaskCompletionSource<StoredApiKey?> Found { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>When its use was written down by this process; under the book's lock.</summary>
        public DateTimeOffset? NotedAt { get; set; }
    }
}
