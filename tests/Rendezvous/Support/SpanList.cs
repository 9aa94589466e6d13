using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using LumenLink.Rendezvous.Observability;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>The spans of one service, in the order of their end.</summary>
internal sealed class SpanList : IDisposable
{
    private readonly ConcurrentQueue<Activity> ended = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Activity>> expected = new();
    private readonly ActivityListener listener;

    public SpanList(
        LumenTraces traces, ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded)
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source == traces.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling,
            ActivityStopped = span =>
            {
                ended.Enqueue(span);
                Expected(span.OperationName).TrySetResult(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    public SpanList(
        RunningService service, ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded)
        : this(service.Get<LumenTraces>(), sampling)
    {
    }

    public IEnumerable<Activity> All => ended;

    /// <summary>The first span of this name, once it ended.</summary>
    public Task<Activity> NextAsync(string name) => Expected(name).Task.WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Attributes are numbers, names of enums and the beacon; no event, no text of an error.</summary>
    public void AssertTellOnly(string beacon)
    {
        string[] words =
            [.. typeof(LumenTraces).Assembly.GetTypes().Where(type => type.IsEnum).SelectMany(Enum.GetNames)];
        string[] wire = Enum.GetNames<LumenLink.Protocol.WireError>();
        Assert.All(ended, span =>
        {
            Assert.Empty(span.Events);
            Assert.Empty(span.Baggage);
            Assert.Null(span.StatusDescription);
            Assert.All(span.TagObjects, tag => Assert.True(
                tag.Value is int or double || words.Concat(wire).Append(beacon).Contains(tag.Value),
                string.Create(CultureInfo.InvariantCulture, $"{tag.Key}: {tag.Value}")));
        });
    }

    /// <summary>A span with all that it tells.</summary>
    public static string Text(Activity span) =>
        $"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} "
        + string.Join(' ', span.Events.Select(e => $"{e.Name} {string.Join(' ', e.Tags)}"));

    public void Dispose() => listener.Dispose();

    private TaskCompletionSource<Activity> Expected(string name) => expected.GetOrAdd(
        name, _ => new TaskCompletionSource<Activity>(TaskCreationOptions.RunContinuationsAsynchronously));
}
