using System.Buffers.Binary;
using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Uplink.Support;
using LumenLink.Tests.Uplink.Week;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>What must hold after an attack. Each complaint begins with the promise that is broken.</summary>
internal static class HostileChecks
{
    /// <summary>What is stored is what boards' queues made, once.</summary>
    public const string Forgery = "forgery: ";

    /// <summary>Verdicts are of what boards made.</summary>
    public const string Verdict = "verdict: ";

    /// <summary>What left a queue is stored.</summary>
    public const string Loss = "loss: ";

    /// <summary>Boards do what the operator asked for.</summary>
    public const string Control = "control: ";

    /// <summary>No secret passed.</summary>
    public const string Secrecy = "secrecy: ";

    /// <summary>Nothing grows.</summary>
    public const string Bound = "bound: ";

    /// <summary>When he is quiet, everything works again.</summary>
    public const string Delay = "delay: ";

    private const int Shown = 5;

    /// <summary>Everything that is wrong; empty when nothing is.</summary>
    public static List<string> Of(HostileRun run)
    {
        List<string> wrong = [];
        Add(wrong, Forgery, OfForgery(run));
        Add(wrong, Verdict, OfVerdicts(run));
        Add(wrong, Loss, OfLoss(run));
        Add(wrong, Control, OfControl(run));
        Add(wrong, Secrecy, OfSecrecy(run));
        Add(wrong, Bound, WeekChecks.OfBounds(
            run.Looks, TableBounds.Of(run.Boards.Length, run.Boards.Max(board => board.Board.QueueSegments))));
        if (run.CalmedIn is null)
            wrong.Add($"{Delay}not all boards attested and emptied their queues: {run.Unsettled}");
        wrong.AddRange(run.Broker.Faults.Take(Shown).Select(fault => $"the attacker himself: {fault}"));
        return wrong;
    }

    private static void Add(List<string> wrong, string promise, IEnumerable<string> complaints) =>
        wrong.AddRange(complaints.Take(Shown).Select(complaint => promise + complaint));

    private static List<string> OfForgery(HostileRun run)
    {
        List<string> wrong = run.Book.Differing(StoredRecords(run));
        if (run.Stored.Refused != 0)
            wrong.Add($"{run.Stored.Refused} records were refused for good");
        wrong.AddRange(run.Boards.Where(board => board.Ledger.StoredTwice != 0)
            .Select(board => $"{board.Board.Name}: {board.Ledger.StoredTwice} were stored again, or never durable"));
        return wrong;
    }

    private static Dictionary<(long, long, long), string> StoredRecords(HostileRun run)
    {
        ILookup<(long, long, long), string> sightings = run.Rows(
            "SELECT beacon_id, boot, seq, radio, address, address_type, key_day, rssi_dbm, duration_ms FROM sightings",
            row => ((row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), HostileBook.Row(
                row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8))))
            .ToLookup(row => row.Item1, row => row.Item2);
        return run.Rows(
            "SELECT beacon_id, boot, seq, kind FROM frames",
            row => ((row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), row.GetInt64(3)))
            .ToDictionary(row => row.Item1, row => HostileBook.Record(row.Item2, sightings[row.Item1]));
    }

    /// <summary>
    /// A verdict that only who holds the key can bring about belongs to Evidence that its board made (a signature has
    /// two forms, and whoever has one can make the other), and to one each; what stands of a board that is in order is
    /// that it is accepted.
    /// </summary>
    private static List<string> OfVerdicts(HostileRun run)
    {
        HashSet<(BeaconId, string)> made = [.. run.Broker.Genuine
            .Where(one => one.Type == FrameType.Evidence)
            .SelectMany(one => (byte[][])[one.Frame, Forger.Negated(one.Frame)],
                (one, frame) => (one.Board, Convert.ToHexString(SHA256.HashData(frame))))];
        List<(BeaconId Board, AttestationOutcome Outcome, string Hash, long At)> verdicts = run.Rows(
            "SELECT beacon_id, outcome, evidence_hash, at FROM attestations",
            row => (HostileRun.IdOf(row, 0), (AttestationOutcome)row.GetInt64(1),
                Convert.ToHexString(row.GetFieldValue<byte[]>(2)), row.GetInt64(3)));
        List<string> wrong = [.. verdicts
            .Where(verdict => TrustPolicy.IsOfTheBeacon(verdict.Outcome)
                && !made.Contains((verdict.Board, verdict.Hash)))
            .Select(verdict => $"{verdict.Outcome} of {verdict.Board} at {verdict.At - run.World.World.UtcEpochMs} ms"
                + " for Evidence that it did not make")];
        wrong.AddRange(verdicts.Where(verdict => TrustPolicy.IsOfTheBeacon(verdict.Outcome))
            .CountBy(verdict => verdict.Hash).Where(count => count.Value > 1)
            .Select(count => $"{count.Value} verdicts of one Evidence"));
        wrong.AddRange(run.Standings
            .Where(standing => standing.Outcome is not (null or AttestationOutcome.Accepted))
            .Select(standing => $"{standing.Outcome} stands against {standing.Board}").Distinct());
        if (run.Broker.Counts.Of(Trick.TakenOver) is var taken and > 0)
            wrong.Add($"boards attested to the attacker {taken} times");
        int accepted = verdicts.Count(verdict => verdict.Outcome == AttestationOutcome.Accepted);
        long granted = run.Rows("SELECT max(grant_number) FROM sessions", row => row.GetInt64(0)).Single();
        if (granted != accepted)
            wrong.Add($"{granted} sessions were granted, {accepted} verdicts accepted");
        wrong.AddRange(run.Refusals.Where(refusal => Forger.Outcomes.Contains(refusal.Outcome))
            .Select(refusal => $"{refusal.Board} believed a refusal of the attacker: {refusal.Outcome}"));
        return wrong;
    }

    private static List<string> OfLoss(HostileRun run)
    {
        List<string> wrong = [];
        foreach (WeekBoard board in run.Boards)
        {
            string name = board.Board.Name;
            wrong.AddRange(board.Ledger.Complaints.Take(Shown));
            if (board.Ledger.Missing.Count() is var missing and > 0)
                wrong.Add($"{name}: {missing} records were durable and are not stored, not dropped either");
            if (board.Ledger.Dropped.Count is var dropped and > 0)
                wrong.Add($"{name}: {dropped} records gave way");
            foreach (string counter in (string[])["RecordsRefused", "DroppedRecords", "Faults", "TornRecords"])
            {
                if (board.Total(counter) != 0)
                    wrong.Add($"{name}: {counter} {board.Total(counter)}");
            }

            if (board.Board.Board.UncaughtExceptions != 0)
                wrong.Add($"{name}: {board.Board.Board.LastUncaught}");
        }

        return wrong;
    }

    /// <summary>Each command was carried out once, no other, and no board saw a key but the operator's.</summary>
    private static List<string> OfControl(HostileRun run)
    {
        List<string> wrong = [];
        foreach (UplinkBoard board in run.Boards.Select(one => one.Board))
        {
            string its = FormattableString.Invariant($"beacon_id = {unchecked((long)board.Id.Value)}");
            long asked = run.Stored.Count($"commands WHERE {its}");
            long done = run.Stored.Count($"commands WHERE {its} AND outcome = {(int)ControlOutcome.Done}");
            long carriedOut = run.Stored.Count($"frames WHERE {its} AND kind = {(int)RecordKind.Diagnostics}");
            if (carriedOut != done || done > asked)
                wrong.Add($"{board.Name}: {asked} commands, {done} done, carried out {carriedOut} times");
            foreach ((string file, uint should) in (IEnumerable<(string, uint)>)
                [("cert-version", run.World.Service.Operator.Attestation.Version), ("cert-version-config", 0)])
            {
                if (Kept(board, file) is var version && version != should)
                    wrong.Add($"{board.Name}: {file} is {version}");
            }

            if (KeptFiles(board, "signed-config").Length > 0)
                wrong.Add($"{board.Name}: has a configuration that nobody gave it");
        }

        int boots = run.Boards.Sum(board => board.Board.Board.Boots);
        if (boots != run.PowerOns + 1) // the bare board's first boot
            wrong.Add($"{boots} boots, power came {run.PowerOns + 1} times");
        return wrong;
    }

    private static List<string> OfSecrecy(HostileRun run)
    {
        List<KnownExchange> exchanges = run.Keys.Exchanges(run.Broker.Genuine);
        List<string> wrong =
            [.. run.Broker.Transcript.Find(run.Keys.Secrets(exchanges)).Select(name => $"{name} passed")];
        if (exchanges.Count < run.Boards.Length)
            wrong.Add($"only {exchanges.Count} exchanges to look at");
        foreach (KnownExchange exchange in exchanges)
        {
            UplinkBoard board = run.World.Boards.Single(one => one.Id == exchange.Evidence.Board);
            if (!KeyBook.EidKeyIn(exchange).AsSpan().SequenceEqual(board.EidKey))
                wrong.Add("a result does not open with its keys: nothing could be found");
            wrong.AddRange(run.Keys.LastingKeys(run.Broker.Forger)
                .Where(key => PublicKeysOf(run, exchange).Any(theirs => KeyBook.Opens(exchange, key.Key, theirs)))
                .Select(key => $"{key.Name} opens a result"));
        }

        long now = run.World.Time.GetUtcNow().ToUnixTimeSeconds();
        wrong.AddRange(run.Rows("SELECT number FROM shared_keys WHERE purpose = 'epoch'", row => row.GetInt64(0))
            .Where(number => (number + 2) * (long)TrustPolicy.EpochLength.TotalSeconds < now)
            .Select(number => $"the key of epoch {number} is still there"));
        return wrong;
    }

    /// <summary>Every public key that passed in an exchange or is known from others, beside the board's own.</summary>
    private static IEnumerable<byte[]> PublicKeysOf(HostileRun run, KnownExchange exchange)
    {
        EvidenceFrame evidence = new();
        Assert.Equal(WireError.None, evidence.Read(exchange.Evidence.Frame, 0, exchange.Evidence.Frame.Length));
        yield return evidence.EphemeralKey;
        foreach (Captured one in run.Broker.Genuine.Where(one => one.Type == FrameType.Challenge))
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(one.Frame.AsSpan(46)) != evidence.EpochId)
                continue;
            yield return one.Frame[50..114];
            yield return one.Frame[127..191];
            break;
        }
    }

    /// <summary>A version that a board keeps; 0 for none.</summary>
    private static uint Kept(UplinkBoard board, string name) => KeptFiles(board, name)
        .Select(file => BitConverter.ToUInt32(File.ReadAllBytes(file))).DefaultIfEmpty().Max();

    private static string[] KeptFiles(UplinkBoard board, string name) =>
        [.. Directory.GetFiles(board.Board.Flash.Folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileNameWithoutExtension(file) == name)];
}
