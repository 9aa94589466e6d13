using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

/// <summary>What is sealed under the master key. Every sealed column of the store has its member here.</summary>
public enum SealedKind
{
    /// <summary>EID secrets of beacons.</summary>
    BeaconIdentity,

    /// <summary>Direction keys of sessions.</summary>
    SessionKeys,

    /// <summary>Keys that replicas share.</summary>
    SharedKey,

    /// <summary>Secrets of webhooks.</summary>
    WebhookSecret,
}

/// <summary>A sealed secret, with what names its purpose and place.</summary>
/// <param name="Kind">Which column.</param>
/// <param name="Text">Purpose of a shared key or id of a webhook, else empty.</param>
/// <param name="Number">Number of a shared key or of a grant, or the beacon's id as a column holds it.</param>
/// <param name="Beacon">Whose; of a shared key none.</param>
/// <param name="SessionId">Session, else 0.</param>
/// <param name="Sealed">The box.</param>
public sealed record SealedRow(
    SealedKind Kind, string Text, long Number, BeaconId Beacon, uint SessionId, byte[] Sealed);

/// <summary>How many boxes of a column begin alike.</summary>
/// <param name="Kind">Which column.</param>
/// <param name="Head">Their first bytes.</param>
/// <param name="Rows">How many.</param>
public sealed record SealedCount(SealedKind Kind, byte[] Head, long Rows);

/// <summary>The secrets of the store as boxes, for a change of the master key.</summary>
public interface ISealedStore
{
    /// <summary>Boxes that do not begin so, in an order that does not change.</summary>
    /// <param name="kind">Which column.</param>
    /// <param name="head">How the boxes begin that are left out.</param>
    /// <param name="after">The last one of the list before; null begins.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<SealedRow>> ListSealedAsync(
        SealedKind kind, byte[] head, SealedRow? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Puts new boxes in the place of old ones, all in one transaction; one whose row has another box meanwhile, or is
    /// gone, is left alone. Needs the login of the migrate command.
    /// </summary>
    /// <returns>How many were replaced.</returns>
    Task<int> ReplaceSealedAsync(
        IReadOnlyList<(SealedRow Row, byte[] Fresh)> rows, CancellationToken cancellationToken);

    /// <summary>Counts the boxes of every column by their first <paramref name="headBytes"/>.</summary>
    Task<IReadOnlyList<SealedCount>> CountSealedAsync(int headBytes, CancellationToken cancellationToken);
}
