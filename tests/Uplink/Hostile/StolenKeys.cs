using System.Collections.Concurrent;
using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>Keys that the attacker has only where the test gives them to him, and how the test knows them.</summary>
/// <param name="world">Whose.</param>
/// <param name="weakness">Which he gets.</param>
internal sealed class StolenKeys(UplinkWorld world, Weakness weakness)
{
    private readonly ConcurrentDictionary<(BeaconId Board, uint Session), byte[]> _own = [];

    /// <summary>The service's attestation key, if he has it.</summary>
    public static TestKey? ServiceKeyOf(UplinkWorld world, Weakness weakness) =>
        weakness == Weakness.BeaconsCheckNoSignatures ? world.Service.Operator.Attestation : null;

    /// <summary>He has a session with a board himself.</summary>
    public void Add(BeaconId board, uint session, byte[] keys) => _own[(board, session)] = DownKeyIn(keys);

    /// <summary>The down key of a board's session, if he has it.</summary>
    public async Task<byte[]?> DownKeyAsync(BeaconId board, uint session)
    {
        if (_own.TryGetValue((board, session), out byte[]? own))
            return own;
        if (weakness != Weakness.BeaconsCheckNoTags)
            return null;
        byte[]? keys = await SessionKeysAsync(
            world.Service.Store, new SecretBox(world.Service.MasterKey), board, session);
        return keys is null ? null : DownKeyIn(keys);
    }

    /// <summary>A board's identity key, if he has it.</summary>
    public ECDsa? IdentityOf(BeaconId board) => weakness == Weakness.ServiceChecksNoSignatures
        ? ECDsa.Create(Identity(world.Boards.Single(one => one.Id == board)))
        : null;

    /// <summary>Up and down key of a session that the store has; null without one.</summary>
    public static async Task<byte[]?> SessionKeysAsync(
        ITrustStore store, SecretBox box, BeaconId board, uint session) =>
        await store.FindSessionAsync(board, session, default) is { } row
            ? box.Open(SessionCache.Purpose(board, session), row.KeysWrapped)
            : null;

    /// <summary>A board's identity key: whichever 32 bytes of its chip or flash belong to its public key.</summary>
    public static ECParameters Identity(UplinkBoard board)
    {
        string flash = board.Board.Flash.Folder;
        IEnumerable<string> files = Directory.GetFiles(Path.GetDirectoryName(flash)!, "chip.bin")
            .Concat(Directory.GetFiles(flash, "key*", SearchOption.AllDirectories));
        foreach (byte[] bytes in files.Select(File.ReadAllBytes))
        {
            for (int at = 0; at + WireSizes.Hash <= bytes.Length; at++)
            {
                if (Of(bytes[at..(at + WireSizes.Hash)], board.PublicKey) is { } found)
                    return found;
            }
        }

        throw new InvalidOperationException($"{board.Name} has no identity key");
    }

    /// <summary>The down key among a session's keys.</summary>
    public static byte[] DownKeyIn(byte[] keys) => keys[SessionKeyLayout.DownKeyOffset..SessionKeyLayout.WrapKeyOffset];

    private static ECParameters? Of(byte[] privateKey, byte[] publicKey)
    {
        ECParameters parameters = new() { Curve = ECCurve.NamedCurves.nistP256, D = privateKey };
        try
        {
            using ECDsa key = ECDsa.Create(parameters);
            parameters.Q = key.ExportParameters(false).Q;
        }
        catch (CryptographicException)
        {
            return null; // zero, or beyond the order
        }

        return publicKey.AsSpan(0, WireSizes.Hash).SequenceEqual(parameters.Q.X) ? parameters : null;
    }
}
