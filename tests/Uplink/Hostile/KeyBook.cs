using System.Data.Common;
using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>One attestation that the service accepted, with the keys that came of it.</summary>
/// <param name="Evidence">The board's.</param>
/// <param name="Result">The service's answer.</param>
/// <param name="Keys">Up, down and wrap key, 80 bytes.</param>
internal sealed record KnownExchange(Captured Evidence, byte[] Result, byte[] Keys);

/// <summary>
/// Every secret of service and boards, taken from where they keep it while the attack goes on: what the attacker must
/// not learn. The keys of sessions are derived again, from the epochs' private keys, so the wrap keys are known too.
/// </summary>
internal sealed class KeyBook(UplinkWorld world)
{
    private const string EpochPurpose = "epoch";

    private readonly SecretBox _box = new(world.Service.MasterKey);
    private readonly Dictionary<(string Purpose, long Number), byte[]> _shared = [];
    private readonly Dictionary<(BeaconId Board, uint Session), byte[]> _sessions = [];

    /// <summary>Sessions of which the keys were seen in the service.</summary>
    public int SessionsSeen => _sessions.Count;

    /// <summary>Takes in what the service has now.</summary>
    public void Look()
    {
        Read("SELECT purpose, number, wrapped FROM shared_keys", row =>
        {
            (string purpose, long number) = (row.GetString(0), row.GetInt64(1));
            _shared.TryAdd(
                (purpose, number), _box.Open(SharedKeys.Name(purpose, number), row.GetFieldValue<byte[]>(2)));
        });
        Read("SELECT beacon_id, session_id, keys_wrapped FROM sessions", row =>
        {
            BeaconId board = new(unchecked((ulong)row.GetInt64(0)));
            uint session = (uint)row.GetInt64(1);
            _sessions.TryAdd(
                (board, session), _box.Open(SessionCache.Purpose(board, session), row.GetFieldValue<byte[]>(2)));
        });
    }

    /// <summary>
    /// The exchanges of which both the Evidence and the result passed: the keys open the result, and the service has
    /// the same.
    /// </summary>
    public List<KnownExchange> Exchanges(IEnumerable<Captured> genuine)
    {
        Captured[] all = [.. genuine];
        List<KnownExchange> known = [];
        foreach (Captured evidence in all.Where(one => one.Type == FrameType.Evidence))
        {
            if (SecretOf(evidence.Frame) is not { } secret)
                continue;
            byte[] keys = Derive(evidence.Frame, secret);
            byte[]? result = all.FirstOrDefault(one => one.Type == FrameType.AttestationResult
                && one.Board == evidence.Board && Opens(one.Frame, keys))?.Frame;
            if (result is null)
                continue;
            uint session = BitConverter.ToUInt32(result, 2);
            if (_sessions.TryGetValue((evidence.Board, session), out byte[]? stored))
                Assert.Equal(stored, keys[..stored.Length]);
            known.Add(new KnownExchange(evidence, result, keys));
        }

        return known;
    }

    /// <summary>
    /// All secrets with a name each: of the service, of the operator, of the boards, and of the exchanges.
    /// </summary>
    public List<(string Name, byte[] Secret)> Secrets(IEnumerable<KnownExchange> exchanges)
    {
        List<(string, byte[])> secrets = [("master key", world.Service.MasterKey)];
        foreach (((string purpose, long number), byte[] key) in _shared)
            secrets.Add(($"{purpose} {number}", purpose == EpochPurpose ? key[..WireSizes.Hash] : key));
        foreach ((string name, ECDsa key) in OperatorKeys())
            secrets.Add((name, key.ExportParameters(true).D!));
        foreach (UplinkBoard board in world.Boards)
        {
            secrets.Add(($"identity key of {board.Name}", StolenKeys.Identity(board).D!));
            secrets.Add(($"identifier key of {board.Name}", board.EidKey));
        }

        foreach (((BeaconId board, uint session), byte[] keys) in _sessions)
            AddKeys(secrets, $"{board}/{session}", keys);
        foreach (KnownExchange exchange in exchanges)
        {
            string name = $"{exchange.Evidence.Board} {Convert.ToHexStringLower(exchange.Result.AsSpan(2, 4))}";
            AddKeys(secrets, name, exchange.Keys);
            secrets.Add(($"wrap key {name}", exchange.Keys[SessionKeyLayout.WrapKeyOffset..]));
            secrets.Add(($"agreement {name}", SecretOf(exchange.Evidence.Frame)!));
        }

        return secrets;
    }

    /// <summary>
    /// The private keys that outlive the exchanges, and the attacker's own: none of them may open a result.
    /// </summary>
    public List<(string Name, ECParameters Key)> LastingKeys(Forger forger) =>
    [
        .. OperatorKeys().Select(one => (one.Name, one.Key.ExportParameters(true))),
        .. world.Boards.Select(board => ($"identity of {board.Name}", StolenKeys.Identity(board))),
        .. forger.Keys.Select(key => ("attacker's", key.ExportParameters(true))),
    ];

    /// <summary>Whether what a private key and a public one agree on opens an exchange.</summary>
    public static bool Opens(KnownExchange exchange, ECParameters mine, byte[] theirs) =>
        Opens(exchange.Result, Derive(exchange.Evidence.Frame, Agree(mine, theirs)));

    /// <summary>The identifier key in a result, as its keys unwrap it.</summary>
    public static byte[] EidKeyIn(KnownExchange exchange)
    {
        AttestationResultFrame result = new();
        Assert.Equal(WireError.None, result.Read(exchange.Result, 0, exchange.Result.Length));
        BeaconSession session = new(result, exchange.Keys, 1);
        return session.Secrets.Single(secret => secret.Id == SecretId.EidKey).Plain[..WireSizes.Aes];
    }

    /// <summary>Up, down and wrap key of an exchange, from its Evidence and what was agreed on.</summary>
    public static byte[] Derive(byte[] frame, byte[] secret)
    {
        EvidenceFrame evidence = new();
        Assert.Equal(WireError.None, evidence.Read(frame, 0, frame.Length));
        byte[] helloHash = SHA256.HashData(evidence.HelloBytes.AsSpan(0, evidence.HelloLength));
        byte[] transcript = KeySchedule.Transcript(helloHash, evidence.ChallengeHash, frame);
        using SessionKeys keys = KeySchedule.Derive(secret, evidence.ServiceNonce, transcript);
        return keys.Bytes.ToArray();
    }

    private static void AddKeys(List<(string, byte[])> secrets, string name, byte[] keys)
    {
        secrets.Add(($"up key {name}", keys[..WireSizes.Hash]));
        secrets.Add(($"down key {name}", keys[WireSizes.Hash..(2 * WireSizes.Hash)]));
    }

    private static bool Opens(byte[] result, byte[] keys) => FrameSeal.Verify(
        result, keys.AsSpan(SessionKeyLayout.DownKeyOffset, WireSizes.Hash)) == WireError.None;

    private static byte[] Agree(ECParameters mine, byte[] theirs)
    {
        using ECDiffieHellman own = ECDiffieHellman.Create(mine);
        return TestBeacon.Agree(own, theirs);
    }

    private byte[]? SecretOf(byte[] frame)
    {
        EvidenceFrame evidence = new();
        if (evidence.Read(frame, 0, frame.Length) != WireError.None
            || !_shared.TryGetValue((EpochPurpose, evidence.EpochId), out byte[]? pair))
            return null;
        ECParameters epoch = new()
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = pair[..32],
            Q = new ECPoint { X = pair[32..64], Y = pair[64..96] },
        };
        return Agree(epoch, evidence.EphemeralKey);
    }

    private IEnumerable<(string Name, ECDsa Key)> OperatorKeys()
    {
        TestOperator by = world.Service.Operator;
        return
        [
            ("root key", by.Root), ("attestation key", by.Attestation.Key), ("configuration key", by.Configuration.Key),
            ("packs key", by.Packs.Key),
        ];
    }

    private void Read(string sql, Action<DbDataReader> take)
    {
        using DbConnection connection = world.Service.Database.Connect();
        connection.Open();
        using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using DbDataReader rows = command.ExecuteReader();
        while (rows.Read())
            take(rows);
    }
}
