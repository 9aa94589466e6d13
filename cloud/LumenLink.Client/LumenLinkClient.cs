using System.Runtime.CompilerServices;

namespace LumenLink.Client;

/// <summary>
/// Calls a LumenLink rendezvous service: which beacon was heard, which are healthy, what happens, and signed packs for
/// when there is no network. Safe for use by several threads at a time; make one and keep it.
/// </summary>
public sealed class LumenLinkClient : IDisposable
{
    /// <summary>Identifiers of one call at most; more are asked for in several.</summary>
    internal const int MaxEids = 256;

    /// <summary>Characters of a pack at most.</summary>
    internal const int MaxPackBytes = PackVerifier.MaxCharacters;

    private readonly Caller caller;
    private readonly HttpClient? owned;

    /// <summary>A client with connections of its own, as most applications want it.</summary>
    /// <param name="address">Address of the service, such as https://lumen.example.</param>
    /// <exception cref="ArgumentException">It is no address of HTTP.</exception>
    public LumenLinkClient(Uri address)
        : this(address, null)
    {
    }

    /// <summary>A client with connections of its own.</summary>
    /// <param name="address">Address of the service, such as https://lumen.example.</param>
    /// <param name="options">How to call it; null for the usual.</param>
    /// <exception cref="ArgumentException">
    /// It is no address of HTTP, or an API key would go over it in clear.
    /// </exception>
    public LumenLinkClient(Uri address, LumenLinkClientOptions? options)
    {
        LumenLinkClientOptions chosen = options ?? new LumenLinkClientOptions();
        ServiceAddress service = ServiceAddress.Of(address, chosen.ApiKey);
        owned = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            Timeout = Timeout.InfiniteTimeSpan, // each try has its own
        };
        caller = new Caller(owned, service, chosen);
    }

    /// <summary>A client over connections of the application's, as a factory of HTTP clients gives them.</summary>
    /// <param name="http">
    /// Carries the calls and stays the application's to dispose of; its base address is the service's. Its own timeout
    /// holds beside <see cref="LumenLinkClientOptions.TryTimeout"/>.
    /// </param>
    /// <param name="options">How to call; null for the usual.</param>
    /// <exception cref="ArgumentException">
    /// Its base address is none of HTTP, or an API key would go over it in clear.
    /// </exception>
    public LumenLinkClient(HttpClient http, LumenLinkClientOptions? options)
    {
        if (http is null)
            throw new ArgumentNullException(nameof(http));
        LumenLinkClientOptions chosen = options ?? new LumenLinkClientOptions();
        caller = new Caller(http, ServiceAddress.Of(http.BaseAddress, chosen.ApiKey), chosen);
    }

    /// <summary>Asks whose identifiers were heard.</summary>
    /// <param name="eids">The identifiers; any number, 256 go into one call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>
    /// One answer for each, in their order. An identifier that is unknown, of a revoked beacon or of another tenant has
    /// no beacon: the service does not tell which.
    /// </returns>
    /// <exception cref="LumenLinkException">The service refused or was not reached.</exception>
    public async Task<IReadOnlyList<ResolvedEid>> ResolveAsync(
        IReadOnlyList<Eid> eids, CancellationToken cancellationToken = default)
    {
        if (eids is null)
            throw new ArgumentNullException(nameof(eids));
        List<ResolvedEid> answers = new(eids.Count);
        while (answers.Count < eids.Count)
        {
            Eid[] asked = [.. eids.Skip(answers.Count).Take(MaxEids)];
            byte[] body = ClientJson.Write(
                new ResolveRequest([.. asked.Select(eid => eid.ToString())]), ClientJson.Default.ResolveRequest);
            ResolveAnswer answer = await caller.ReadAsync(
                () => Caller.Post("resolve", body), ClientJson.Default.ResolveAnswer, cancellationToken)
                .ConfigureAwait(false);
            if (!answer.Items.Select(item => item.Eid).SequenceEqual(asked))
                throw caller.NotUnderstood("it answered for other identifiers than were asked for");
            answers.AddRange(answer.Items);
        }

        return answers;
    }

    /// <summary>Finds beacons, page after page as they are read.</summary>
    /// <param name="filter">Which ones; null for all that are live.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="LumenLinkException">The service refused or was not reached.</exception>
    public async IAsyncEnumerable<Beacon> FindAsync(
        BeaconFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        BeaconFilter chosen = filter ?? new BeaconFilter();
        for (string? cursor = null; ;)
        {
            string call = chosen.Call(cursor);
            BeaconPage page = await caller.ReadAsync(
                () => Caller.Get(call), ClientJson.Default.BeaconPage, cancellationToken).ConfigureAwait(false);
            foreach (Beacon beacon in page.Items)
                yield return beacon;
            if (page.NextCursor is null)
                yield break;
            if (page.NextCursor == cursor || page.Items.Count == 0)
                throw caller.NotUnderstood("its pages have no end");
            cursor = page.NextCursor;
        }
    }

    /// <summary>
    /// Fetches a signed pack. It proves nothing before a <see cref="PackStore"/> or <see cref="PackVerifier"/> says
    /// that it is good.
    /// </summary>
    /// <param name="filter">Which beacons it is to have; null leaves that to the service.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The pack: a compact JWS.</returns>
    /// <exception cref="LumenLinkException">The service refused or was not reached.</exception>
    public Task<string> GetPackAsync(
        PackFilter? filter = null, CancellationToken cancellationToken = default)
    {
        byte[] body = ClientJson.Write(filter ?? new PackFilter(), ClientJson.Default.PackFilter);
        return caller.ReadTextAsync(() => Caller.Post("config", body), MaxPackBytes, cancellationToken);
    }

    /// <summary>
    /// Tells what happens as it happens, for ever: a connection that ends, falls silent or cannot be made is made
    /// again, and <see cref="BeaconEventKind.Reconnected"/> stands where events may be missing.
    /// </summary>
    /// <param name="lastEventId">
    /// <see cref="BeaconEvent.Id"/> of the last event that was seen, for a service that keeps some; null for none.
    /// </param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="LumenLinkException">The service refused, other than for a while.</exception>
    public IAsyncEnumerable<BeaconEvent> WatchAsync(
        string? lastEventId = null, CancellationToken cancellationToken = default) =>
        new Watch(caller, lastEventId).ReadAsync(cancellationToken);

    /// <summary>Closes the client's own connections; those of the application stay.</summary>
    public void Dispose() => owned?.Dispose();
}
