using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Rendezvous.Webhooks;
using LumenLink.Tests.Rendezvous.Support;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>A change of the master key, over whatever the store has sealed.</summary>
public abstract partial class StoreConformance
{
    private const int Keys = MasterKeyRotation.Batch + 44;
    private static readonly byte[] OldKey = [.. Enumerable.Repeat((byte)1, 32)];
    private static readonly byte[] NewKey = [.. Enumerable.Repeat((byte)2, 32)];

    [StoreFact]
    public async Task Rekey_seals_every_column_anew_and_a_second_run_does_nothing()
    {
        (BeaconId[] beacons, byte[][] plains) = await SealAsync();
        SecretBox both = new(NewKey, OldKey);
        await using IRendezvousStore owner = StoreFactory.Create(Database.MigrationSettings);
        MasterKeyRotation rotation = new(owner, both);
        Assert.Equal([3, 3, Keys, 3], (await rotation.RunAsync(None)).Select(count => count.Resealed));
        Assert.Equal([0, 0, 0, 0], (await rotation.RunAsync(None)).Select(count => count.Resealed + count.Unopened));
        await AssertOpenAsync(new SecretBox(NewKey), beacons, plains);
        ILookup<SealedUnder, long> counts = await MasterKeyRotation.CountAsync(Store, new SecretBox(NewKey), None);
        Assert.Equal(SealedUnder.CurrentKey, Assert.Single(counts).Key);
        Assert.Equal(9 + Keys, counts[SealedUnder.CurrentKey].Sum());
    }

    [StoreFact]
    public async Task Rekey_that_stops_anywhere_goes_on_where_it_was()
    {
        (BeaconId[] beacons, byte[][] plains) = await SealAsync();
        SecretBox both = new(NewKey, OldKey);
        await using IRendezvousStore owner = StoreFactory.Create(Database.MigrationSettings);
        for (int batches = 0; batches < 4; batches++)
        {
            StopsAfter stopping = new(owner, batches % 2);
            await Assert.ThrowsAsync<IOException>(() => new MasterKeyRotation(stopping, both).RunAsync(None));
            await AssertOpenAsync(both, beacons, plains);
        }

        await new MasterKeyRotation(owner, both).RunAsync(None);
        await AssertOpenAsync(new SecretBox(NewKey), beacons, plains);
    }

    [StoreFact]
    public async Task Rekey_leaves_what_does_not_open_and_counts_it()
    {
        (BeaconId[] beacons, byte[][] plains) = await SealAsync();
        SecretBox stranger = new([.. Enumerable.Repeat((byte)7, 32)]);
        await Store.GetOrAddSharedKeyAsync(
            new SharedKeyRow("strange", 1, stranger.Seal("shared/strange/1", [5]), Noon.AddDays(1)), None);
        SecretBox both = new(NewKey, OldKey);
        await using IRendezvousStore owner = StoreFactory.Create(Database.MigrationSettings);
        IReadOnlyList<ResealCount> counts = await new MasterKeyRotation(owner, both).RunAsync(None);
        Assert.Contains(new ResealCount(SealedKind.SharedKey, Keys, 1), counts);
        Assert.Equal(1, (await MasterKeyRotation.CountAsync(Store, both, None))[SealedUnder.UnknownKey].Sum());
        SharedKeyRow left = (await Store.FindSharedKeyAsync("strange", 1, None))!;
        Assert.Equal([5], stranger.Open("shared/strange/1", left.Wrapped));
        await AssertOpenAsync(new SecretBox(NewKey), beacons, plains);
    }

    [StoreFact]
    public async Task A_box_that_changed_meanwhile_is_not_overwritten()
    {
        await SealAsync();
        await using IRendezvousStore owner = StoreFactory.Create(Database.MigrationSettings);
        byte[] head = new SecretBox(NewKey).Head.ToArray();
        SealedRow row = (await Store.ListSealedAsync(SealedKind.SharedKey, head, null, 1, None))[0];
        Assert.Equal(0, await owner.ReplaceSealedAsync([(row with { Sealed = [1, 2, 3] }, [4])], None));
        Assert.Equal(1, await owner.ReplaceSealedAsync([(row, [4]), (row, [5])], None));
        Assert.Equal([4], (await Store.FindSharedKeyAsync(row.Text, row.Number, None))!.Wrapped);
    }

    /// <summary>Three beacons with a session each, and shared keys: under the old key, one of version 1.</summary>
    private async Task<(BeaconId[] Beacons, byte[][] Plains)> SealAsync()
    {
        SecretBox old = new(OldKey);
        List<BeaconId> beacons = [];
        List<byte[]> plains = [];
        for (int i = 0; i < 3; i++)
        {
            BeaconEnrolment enrolment = NewEnrolment($"beacon {i}");
            BeaconId id = IdOf(enrolment);
            beacons.Add(id);
            plains.Add([(byte)i, 7, 7]);
            byte[] eid = i == 0
                ? OldBoxes.Seal(OldKey, GrantWriter.EidPurpose(id), plains[i])
                : old.Seal(GrantWriter.EidPurpose(id), plains[i]);
            await Store.EnrolAsync(enrolment, eid, "x", Noon, None);
            VerdictRow verdict = NewVerdict(id, FirstSession);
            byte[] keys = old.Seal(SessionCache.Purpose(id, FirstSession), plains[i]);
            await Store.CommitVerdictAsync(
                verdict with { Session = verdict.Session! with { KeysWrapped = keys } }, None);
        }

        for (int i = 0; i < Keys; i++)
        {
            string purpose = i % 2 == 0 ? "epoch" : "challenge";
            byte[] wrapped = old.Seal(SharedKeys.Name(purpose, i), [(byte)i]);
            await Store.GetOrAddSharedKeyAsync(new SharedKeyRow(purpose, i, wrapped, Noon.AddDays(1)), None);
        }

        for (int i = 0; i < 3; i++)
        {
            WebhookView webhook = NewWebhook($"{i:x16}");
            byte[] secrets = WebhookSecret.Seal(old, webhook.Id, [(byte)i], [9]);
            Assert.True(await Store.AddWebhookAsync(webhook, secrets, None));
        }

        return ([.. beacons], [.. plains]);
    }

    private async Task AssertOpenAsync(SecretBox box, BeaconId[] beacons, byte[][] plains)
    {
        for (int i = 0; i < beacons.Length; i++)
        {
            RegisteredBeacon beacon = (await Store.FindBeaconAsync(beacons[i], None))!;
            Assert.Equal(plains[i], box.Open(GrantWriter.EidPurpose(beacons[i]), beacon.EidKeyWrapped));
            SessionRow session = (await Store.FindSessionAsync(beacons[i], FirstSession, None))!;
            Assert.Equal(plains[i], box.Open(SessionCache.Purpose(beacons[i], FirstSession), session.KeysWrapped));
        }

        for (int i = 0; i < 3; i++)
        {
            byte[] secrets = (await Store.FindWebhookSecretAsync(1, $"{i:x16}", None))!;
            Assert.Equal([(byte)i, 9], box.Open(WebhookSecret.Purpose($"{i:x16}"), secrets));
        }

        foreach (int i in (int[])[0, 1, Keys - 2, Keys - 1])
        {
            string purpose = i % 2 == 0 ? "epoch" : "challenge";
            SharedKeyRow key = (await Store.FindSharedKeyAsync(purpose, i, None))!;
            Assert.Equal([(byte)i], box.Open(SharedKeys.Name(purpose, i), key.Wrapped));
        }
    }

    /// <summary>A store that does so many batches and then fails.</summary>
    private sealed class StopsAfter(ISealedStore inner, int batches) : ISealedStore
    {
        private int left = batches;

        public Task<IReadOnlyList<SealedRow>> ListSealedAsync(
            SealedKind kind, byte[] head, SealedRow? after, int limit, CancellationToken cancellationToken) =>
            inner.ListSealedAsync(kind, head, after, limit, cancellationToken);

        public Task<int> ReplaceSealedAsync(
            IReadOnlyList<(SealedRow Row, byte[] Fresh)> rows, CancellationToken cancellationToken) =>
            left-- > 0 ? inner.ReplaceSealedAsync(rows, cancellationToken) : throw new IOException("stopped");

        public Task<IReadOnlyList<SealedCount>> CountSealedAsync(
            int headBytes, CancellationToken cancellationToken) =>
            inner.CountSealedAsync(headBytes, cancellationToken);
    }
}
