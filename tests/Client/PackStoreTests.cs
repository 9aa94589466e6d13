using LumenLink.Client;

namespace LumenLink.Tests.Client;

/// <summary>What a client remembers of packs: through restarts, and never backwards.</summary>
public sealed class PackStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lumen-packs-").FullName;
    private readonly Issuer issuer = new();
    private readonly SetTime time = new() { Now = Issuer.Noon };

    private string Path => System.IO.Path.Combine(folder, "packs.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_restarted_client_has_its_pack_until_that_expires_and_takes_no_older_one()
    {
        (System.Security.Cryptography.ECDsa, byte[]) first = issuer.NewKey(7), second = issuer.NewKey(8);
        string old = Issuer.Sign(first, Issuer.Payload(6)), current = Issuer.Sign(second, Issuer.Payload(6));
        await WithStoreAsync(async store =>
        {
            Assert.Null(await store.CurrentAsync());
            Assert.Equal(PackVerdict.Good, (await store.AcceptAsync(old)).Verdict);
            Assert.Equal(PackVerdict.Good, (await store.AcceptAsync(current)).Verdict);
        });
        await WithStoreAsync(async store =>
        {
            Assert.Equal(PackVerdict.CertificateRolledBack, (await store.AcceptAsync(old)).Verdict);
            string lower = Issuer.Sign(second, Issuer.Payload(5));
            Assert.Equal(PackVerdict.VersionRolledBack, (await store.AcceptAsync(lower)).Verdict);
            PackCheck kept = (await store.CurrentAsync())!;
            Assert.Equal((PackVerdict.Good, 6L), (kept.Verdict, kept.Pack!.Version));
            time.Now = Issuer.Noon.AddMinutes(10);
            Assert.Equal(PackVerdict.Expired, (await store.CurrentAsync())!.Verdict);
        });
    }

    [Fact]
    public async Task A_pack_that_is_refused_changes_nothing()
    {
        string good = Issuer.Sign(issuer.NewKey(7), Issuer.Payload());
        string[] bad =
        [
            "x", Issuer.Sign(new Issuer().NewKey(9), Issuer.Payload(9)),
            Issuer.Sign(issuer.NewKey(9), Issuer.Payload(9, audience: "another")),
            Issuer.Sign(issuer.NewKey(9), Issuer.Payload(9, issuedIn: -601)),
            Issuer.Sign(issuer.NewKey(9), Issuer.Payload(9, issuedIn: 61)),
            Issuer.Sign(issuer.NewKey(9), Issuer.Payload(9))[..^4] + "AAAA",
        ];
        await WithStoreAsync(async store =>
        {
            await store.AcceptAsync(good);
            byte[] before = File.ReadAllBytes(Path);
            foreach (string pack in bad)
                Assert.NotEqual(PackVerdict.Good, (await store.AcceptAsync(pack)).Verdict);
            Assert.Equal(before, File.ReadAllBytes(Path));
            Assert.Equal(PackVerdict.Good, (await store.CurrentAsync())!.Verdict);
        });
        Assert.Equal(
            ["packs.json", "packs.json.lock"],
            Directory.GetFiles(folder).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"audience":"lumenlink-test","certificate_version":-1,"pack_version":1,"pack":"x"}""")]
    public async Task Damaged_memory_lets_nothing_be_believed(string content)
    {
        await File.WriteAllTextAsync(Path, content);
        await WithStoreAsync(async store =>
        {
            string pack = Issuer.Sign(issuer.NewKey(7), Issuer.Payload());
            LumenLinkException problem =
                await Assert.ThrowsAsync<LumenLinkException>(() => store.AcceptAsync(pack));
            Assert.Equal((LumenLinkError.StorageFailed, false), (problem.Error, problem.IsTransient));
            await Assert.ThrowsAsync<LumenLinkException>(() => store.CurrentAsync());
        });
        Assert.Equal(content, await File.ReadAllTextAsync(Path));
    }

    [Fact]
    public async Task A_pack_that_cannot_be_kept_is_not_believed()
    {
        PackStore store = new([issuer.Root], Issuer.Audience, new FullStorage(), time);
        string pack = Issuer.Sign(issuer.NewKey(7), Issuer.Payload());
        await Assert.ThrowsAsync<IOException>(() => store.AcceptAsync(pack));
        Assert.Null(await store.CurrentAsync());
        store.Dispose();
    }

    [Fact]
    public async Task One_works_on_a_file_at_a_time_and_for_one_deployment()
    {
        using (FilePackStorage one = new(Path))
        {
            LumenLinkException problem = Assert.Throws<LumenLinkException>(() => new FilePackStorage(Path));
            Assert.Equal(LumenLinkError.StorageFailed, problem.Error);
            using PackStore store = new([issuer.Root], Issuer.Audience, one, time);
            await store.AcceptAsync(Issuer.Sign(issuer.NewKey(7), Issuer.Payload()));
        }

        using FilePackStorage again = new(Path);
        using PackStore other = new([issuer.Root], "another", again, time);
        await Assert.ThrowsAsync<LumenLinkException>(() => other.CurrentAsync());
        Assert.Throws<LumenLinkException>(
            () => new FilePackStorage(System.IO.Path.Combine(folder, "absent", "packs.json")));
    }

    [Fact]
    public async Task Threads_that_accept_at_a_time_leave_the_highest()
    {
        (System.Security.Cryptography.ECDsa, byte[]) key = issuer.NewKey(7);
        string[] packs = [.. Enumerable.Range(1, 24).Select(version => Issuer.Sign(key, Issuer.Payload(version)))];
        await WithStoreAsync(async store =>
        {
            await Task.WhenAll(packs.Select(pack => Task.Run(() => store.AcceptAsync(pack))));
            Assert.Equal(24, (await store.CurrentAsync())!.Pack!.Version);
        });
    }

    [Fact]
    public void A_store_pins_a_root()
    {
        Assert.Throws<ArgumentException>(() => new PackStore([], Issuer.Audience, new FullStorage()));
        Assert.Throws<ArgumentException>(() => new PackStore([new byte[63]], Issuer.Audience, new FullStorage()));
    }

    private async Task WithStoreAsync(Func<PackStore, Task> run)
    {
        using FilePackStorage storage = new(Path);
        using PackStore store = new([issuer.Root], Issuer.Audience, storage, time);
        await run(store);
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>A disk that is full.</summary>
    private sealed class FullStorage : IPackStorage
    {
        public Task<PackState?> LoadAsync(CancellationToken cancellationToken) => Task.FromResult<PackState?>(null);

        public Task SaveAsync(PackState state, CancellationToken cancellationToken) =>
            throw new IOException("no space left");
    }
}
