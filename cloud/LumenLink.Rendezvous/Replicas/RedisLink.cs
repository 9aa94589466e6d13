using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Observability;
using StackExchange.Redis;

namespace LumenLink.Rendezvous.Replicas;

/// <summary>Whether Redis does its part.</summary>
public enum RedisHealth
{
    /// <summary>None is set: this process is the only one.</summary>
    Unused,

    /// <summary>It answers.</summary>
    Ok,

    /// <summary>It does not: what replicas share they do not share now.</summary>
    Away,
}

/// <summary>
/// The connection to Redis. A question is sent at once on the one connection that all share, and waited for a short
/// time. The first that is not answered ends the asking, for all: then <see cref="ReplicaRoll"/> alone asks, until
/// Redis answers. So a dead Redis costs each call that is under way one wait, and no later one anything.
/// </summary>
internal sealed class RedisLink(
    RedisAddress address, RedisPolicy policy, LumenMetrics metrics, ILogger<RedisLink> logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim lost = new(0);
    private ConnectionMultiplexer? connection;
    private volatile bool isUp;

    /// <summary>Called after Redis is found or lost; must return at once.</summary>
    public event Action? Turned;

    /// <summary>True while questions are asked.</summary>
    public bool IsUp => isUp;

    /// <summary>Connects; when Redis is not there that goes on in the background for ever.</summary>
    public async Task ConnectAsync() => connection = await ConnectionMultiplexer.ConnectAsync(Options());

    /// <summary>Asks.</summary>
    /// <returns>Not answered when Redis is away, in time or before; the answer else.</returns>
    public async ValueTask<(bool IsAnswered, T? Answer)> AskAsync<T>(Func<IDatabase, Task<T>> question)
    {
        if (!isUp)
            return (false, default);
        (bool isAnswered, T? answer) = await ProbeAsync(question);
        if (!isAnswered)
            Lose();
        return (isAnswered, answer);
    }

    /// <summary>Asks also while Redis is away, and changes nothing about that.</summary>
    public async ValueTask<(bool IsAnswered, T? Answer)> ProbeAsync<T>(Func<IDatabase, Task<T>> question)
    {
        if (connection is null)
            return (false, default);
        Task<T>? asked = null;
        try
        {
            asked = question(connection.GetDatabase());
            return (true, await asked.WaitAsync(policy.AnswerWithin));
        }
        catch (Exception exception) when (IsRedisFailure(exception))
        {
            _ = asked?.ContinueWith(
                late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default); // nobody waits any more
            logger.RedisNotAnswered($"{address}", exception.GetType().Name); // a message may have what was sent
            return (false, default);
        }
    }

    /// <summary>Redis answered: questions are asked again.</summary>
    public void Find()
    {
        if (isUp)
            return;
        while (lost.Wait(0))
        {
            // Of a loss before this.
        }

        isUp = true;
        metrics.Replicas.RedisUp.Set(1);
        logger.RedisBack($"{address}");
        Turned?.Invoke();
    }

    /// <summary>Redis did not answer: nobody asks any more.</summary>
    public void Lose()
    {
        if (!isUp)
            return;
        isUp = false;
        metrics.Replicas.RedisUp.Set(0);
        logger.RedisAway($"{address}");
        lost.Release();
        Turned?.Invoke();
    }

    /// <summary>Waits for a time, or until Redis is lost.</summary>
    public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) =>
        lost.WaitAsync(time, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        isUp = false;
        if (connection is not null)
            await connection.DisposeAsync();
        lost.Dispose();
    }

    private static bool IsRedisFailure(Exception exception) =>
        exception is RedisException or RedisTimeoutException or TimeoutException or ObjectDisposedException
            or OperationCanceledException;

    private ConfigurationOptions Options()
    {
        ConfigurationOptions options = new()
        {
            EndPoints = { { address.Host, address.Port } },
            User = address.UserName,
            Password = address.Password,
            Ssl = address.IsTls,
            SslHost = address.IsTls ? address.Host : null,
            DefaultDatabase = address.Database,
            ClientName = "lumenlink",
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ConnectRetry = 1,
            ConnectTimeout = (int)policy.ConnectWithin.TotalMilliseconds,
            AsyncTimeout = (int)policy.ConnectWithin.TotalMilliseconds,
            ReconnectRetryPolicy = new ExponentialRetry(
                (int)policy.FirstWait.TotalMilliseconds, (int)policy.LongestWait.TotalMilliseconds),
            ConfigurationChannel = "", // one server: nothing to be told of others
            TieBreaker = "",
            IncludeDetailInExceptions = false,
        };
        return options;
    }
}
