using Panel.Core.Reconciling;

namespace Panel.Core.Replicas;

/// <summary>Tells that something of the whole panel changed, here and on other replicas: whatever is kept in memory of it is read anew.</summary>
public sealed class PanelChanges : IDisposable
{
    /// <summary>The settings that were changed on a page.</summary>
    public const string Settings = "settings";
    /// <summary>What everybody is told.</summary>
    public const string Announcements = "announcements";
    /// <summary>The templates of the database.</summary>
    public const string Templates = "templates";

    internal Pending<string> Untold { get; } = new();

    readonly Lock gate = new();
    readonly List<(string Key, Func<CancellationToken, Task> Read)> readers = [];

    /// <summary>Reads something anew after each change of it.</summary>
    /// <param name="key">What.</param>
    /// <param name="read">Reads it.</param>
    internal void Follow(string key, Func<CancellationToken, Task> read)
    {
        lock (gate) readers.Add((key, read));
    }

    /// <summary>This replica changed it; it is read anew here before this ends. To be called after the change is saved.</summary>
    internal async Task ChangedAsync(string key, CancellationToken cancellation)
    {
        Untold.Add(key);
        await HeardAsync(key, cancellation);
    }

    /// <summary>Another replica changed it.</summary>
    internal async Task HeardAsync(string key, CancellationToken cancellation)
    {
        (string Key, Func<CancellationToken, Task> Read)[] all;
        lock (gate) all = [.. readers];
        foreach (var reader in all.Where(reader => reader.Key == key)) await reader.Read(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => Untold.Dispose();
}

/// <summary>Settings, announcements and templates: they are read anew.</summary>
sealed class PanelNotices(PanelChanges changes) : NoticeTopic("panel")
{
    public override Pending<string> Untold => changes.Untold;

    public override async Task HearAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        foreach (var key in keys) await changes.HeardAsync(key, cancellation);
    }

    public override Task MissedAsync(CancellationToken cancellation) => HearAsync([PanelChanges.Settings, PanelChanges.Announcements, PanelChanges.Templates], cancellation);
}
