using System.Globalization;
using System.Text;
using LumenLink.Tests.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.AspNetCore.Routing;
using Xunit.Abstractions;

namespace LumenLink.Tests.Rendezvous.Query.Abuse;

/// <summary>
/// Abuses every call of the service's own description: whatever comes in, the answer is a described one, and has
/// nothing of the inside. LUMENLINK_ABUSE_REQUESTS (of each call) makes it longer, LUMENLINK_ABUSE_SEED other.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class AbuseTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const ulong Seed = 20300517;
    private const int Requests = 40;

    /// <summary>So that limits for each caller's pace are met now and then, and not at every request.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Every_call_of_the_description_is_abused_and_answers_as_described_on_sqlite() =>
        await DriveAsync(await SqliteDatabase.CreateAsync());

    [PostgresFact]
    public async Task Every_call_of_the_description_is_abused_and_answers_as_described_on_postgresql() =>
        await DriveAsync(await postgres.CreateAsync());

    private async Task DriveAsync(TestDatabase database)
    {
        ulong seed = Setting("LUMENLINK_ABUSE_SEED", Seed);
        int requests = (int)Setting("LUMENLINK_ABUSE_REQUESTS", Requests);
        await using AbuseScene scene = await AbuseScene.StartAsync(database);
        ApiDocument document = await ApiDocument.ReadAsync(scene.Service);
        AnswerJudge judge = new(document, scene.Secrets);
        AbuseMaker maker = new(new Dice(seed), scene.Callers);
        int port = scene.Service.Http.BaseAddress!.Port;
        string host = $"127.0.0.1:{port}";
        Dictionary<string, string> faults = []; // the first of each kind
        Dictionary<string, SortedDictionary<int, int>> counts = [];
        int sent = 0;
        for (int round = 0; round <= requests; round++)
        {
            foreach (ApiOperation operation in document.Operations)
            {
                AbuseRequest good = await scene.GoodAsync(operation);
                AbuseRequest request = round == 0 ? good : maker.Spoil(operation, good);
                RawAnswer answer = await RawAnswer.AskAsync(request, host, port);
                scene.Service.Advance(Pace);
                sent++;
                SortedDictionary<int, int> statuses = counts.TryGetValue(operation.Id, out var known) ? known
                    : counts[operation.Id] = [];
                statuses[answer.Status] = statuses.GetValueOrDefault(answer.Status) + 1;
                string? fault = judge.FaultOf(operation, request, answer);
                if (round == 0 && answer.Status is < 200 or > 299)
                    fault ??= "a good request is refused";
                if (fault is not null)
                {
                    faults.TryAdd(
                        $"{operation.Id}: {fault}",
                        $"request {sent}\n{request.ToCurl(host)}\n{Short(answer.Raw)}\n");
                }
            }
        }

        output.WriteLine($"seed {seed}, {sent} requests");
        foreach ((string operation, SortedDictionary<int, int> statuses) in counts)
            output.WriteLine($"{operation}: {string.Join(", ", statuses.Select(one => $"{one.Key} x{one.Value}"))}");
        Assert.True(
            faults.Count == 0,
            $"seed {seed}, {sent} requests:\n"
                + string.Join('\n', faults.Take(20).Select(one => $"{one.Key}, {one.Value}")));
        Assert.Equal(document.Operations.Select(one => one.Id).Order(), counts.Keys.Order());
        Assert.All(counts, one => Assert.Contains(one.Value.Keys, status => status is >= 200 and < 300));
        Assert.All(counts, one => Assert.Contains(one.Value.Keys, status => status is >= 400 and < 500));
    }

    private static ulong Setting(string name, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out ulong value)
            ? value
            : otherwise;

    private static string Short(string raw) => raw.Length > 1200 ? raw[..1200] + "…" : raw;
}
