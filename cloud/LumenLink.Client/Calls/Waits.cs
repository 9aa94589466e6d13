using System.Security.Cryptography;

namespace LumenLink.Client;

/// <summary>
/// The waits between tries: exponential, with full jitter, and never before the service's Retry-After.
/// </summary>
internal sealed class Waits(RetryPolicy policy, TimeProvider time)
{
    /// <summary>Doublings that are counted; the longest wait is reached long before.</summary>
    private const int MaxDoublings = 30;

    /// <summary>A number from 0 to 1, drawn anew for each wait.</summary>
    public Func<double> Draw { get; set; } = Random;

    /// <summary>How long to wait after a failed try; null if the call has failed for good.</summary>
    /// <param name="tried">Tries so far.</param>
    /// <param name="problem">How the last one failed.</param>
    public TimeSpan? After(int tried, LumenLinkException problem)
    {
        if (!problem.IsTransient || tried >= policy.MaxTries || problem.RetryAfter > policy.MaxRetryAfter)
            return null;
        return (problem.RetryAfter ?? TimeSpan.Zero) + Jitter(tried, policy.FirstWait);
    }

    /// <summary>A wait from zero to a bound that doubles with each failure.</summary>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="first">The bound after the first.</param>
    public TimeSpan Jitter(int failures, TimeSpan first)
    {
        double bound = first.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, MaxDoublings));
        return TimeSpan.FromMilliseconds(Draw() * Math.Min(bound, policy.MaxWait.TotalMilliseconds));
    }

    /// <summary>Waits.</summary>
    public async Task PauseAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        TaskCompletionSource<bool> over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ITimer timer = time.CreateTimer(
            _ => over.TrySetResult(true), null, wait, Timeout.InfiniteTimeSpan);
        using (cancellationToken.Register(() => over.TrySetCanceled(cancellationToken)))
            await over.Task.ConfigureAwait(false);
    }

    /// <summary>Not shared and not predictable from another client's.</summary>
    private static double Random()
    {
        byte[] bytes = new byte[sizeof(uint)];
        using (RandomNumberGenerator generator = RandomNumberGenerator.Create())
            generator.GetBytes(bytes);
        return BitConverter.ToUInt32(bytes, 0) / (double)uint.MaxValue;
    }
}
