using System.Security.Cryptography;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Webhooks;

namespace LumenLink.Rendezvous.Trust;

/// <summary>What became of the boxes of one kind.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Resealed">Sealed anew under the current key.</param>
/// <param name="Unopened">Open under neither key: left as they are.</param>
internal sealed record ResealCount(SealedKind Kind, int Resealed, int Unopened);

/// <summary>
/// Seals everything in the store anew under the current master key, in batches, while services with both keys run. It
/// may be stopped anywhere and run again: what is done is not done twice.
/// </summary>
internal sealed class MasterKeyRotation(ISealedStore store, SecretBox box)
{
    /// <summary>Boxes of one transaction.</summary>
    internal const int Batch = 256;

    /// <summary>Goes over every kind.</summary>
    public async Task<IReadOnlyList<ResealCount>> RunAsync(CancellationToken cancellationToken)
    {
        List<ResealCount> counts = [];
        foreach (SealedKind kind in Enum.GetValues<SealedKind>())
            counts.Add(await RunAsync(kind, cancellationToken));
        return counts;
    }

    /// <summary>How many boxes are under which key.</summary>
    public static async Task<ILookup<SealedUnder, long>> CountAsync(
        ISealedStore store, SecretBox box, CancellationToken cancellationToken) =>
        (await store.CountSealedAsync(SecretBox.HeadSize, cancellationToken))
        .ToLookup(count => box.KeyOf(count.Head), count => count.Rows);

    private async Task<ResealCount> RunAsync(SealedKind kind, CancellationToken cancellationToken)
    {
        int resealed = 0, unopened = 0;
        SealedRow? after = null;
        while (true)
        {
            IReadOnlyList<SealedRow> rows =
                await store.ListSealedAsync(kind, box.Head.ToArray(), after, Batch, cancellationToken);
            if (rows.Count == 0)
                return new ResealCount(kind, resealed, unopened);
            after = rows[^1];
            List<(SealedRow Row, byte[] Fresh)> fresh = [];
            foreach (SealedRow row in rows)
            {
                if (Reseal(row) is { } again)
                    fresh.Add((row, again));
                else
                    unopened++;
            }

            resealed += await store.ReplaceSealedAsync(fresh, cancellationToken);
        }
    }

    private byte[]? Reseal(SealedRow row)
    {
        string purpose = row.Kind switch
        {
            SealedKind.BeaconIdentity => GrantWriter.EidPurpose(row.Beacon),
            SealedKind.SessionKeys => SessionCache.Purpose(row.Beacon, row.SessionId),
            SealedKind.WebhookSecret => WebhookSecret.Purpose(row.Text),
            _ => SharedKeys.Name(row.Text, row.Number),
        };
        if (!box.TryOpen(purpose, row.Sealed, out byte[]? plain))
            return null;
        byte[] fresh = box.Seal(purpose, plain);
        CryptographicOperations.ZeroMemory(plain);
        return fresh;
    }
}
