using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>Every log line of every level and category, with state, scopes and exceptions in full.</summary>
internal sealed class LogCapture : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    public IReadOnlyCollection<(LogLevel Level, string Text)> Lines => lines;

    /// <summary>Takes the place of every other provider and filter.</summary>
    public void Install(IServiceCollection services)
    {
        services.AddLogging(logging => logging.ClearProviders().AddProvider(this));
        services.PostConfigure<LoggerFilterOptions>(options =>
        {
            options.Rules.Clear();
            options.MinLevel = LogLevel.Trace;
        });
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public ILogger<T> LoggerOf<T>() => LoggerFactory
        .Create(logging => logging.AddProvider(this).SetMinimumLevel(LogLevel.Trace)).CreateLogger<T>();

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => capture.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            string text = $"{category} {eventId} {formatter(state, exception)} {exception}";
            if (state is IEnumerable<KeyValuePair<string, object?>> values)
                text += string.Concat(values.Select(pair => $" {pair.Key}={Written(pair.Value)}"));
            capture.scopes.ForEachScope((scope, _) => text += $" [{scope}]", 0);
            capture.lines.Enqueue((logLevel, text));
        }

        private static string Written(object? value) => value is byte[] bytes
            ? Convert.ToHexString(bytes)
            : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
    }
}
