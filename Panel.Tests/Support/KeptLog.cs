using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Panel.Tests.Support;

/// <summary>Keeps every line that is logged, of every level, with its exception.</summary>
public sealed class KeptLog : ILoggerProvider
{
    readonly ConcurrentQueue<string> lines = new();

    /// <summary>What was logged so far.</summary>
    public IReadOnlyCollection<string> Lines => lines;

    public ILogger CreateLogger(string categoryName) => new Kept(categoryName, lines);

    public void Dispose()
    {
        // the lines are read after the end of those who wrote them
    }

    sealed class Kept(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
