using Microsoft.Extensions.Configuration;

namespace Panel.Core.Settings;

/// <summary>The settings of the database as a part of the configuration, before files and environment. It is filled once the database is ready, and again after each change.</summary>
public sealed class StoredSettings : ConfigurationProvider, IConfigurationSource
{
    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>Nothing is set through the configuration: a value that code gives it belongs to the others.</summary>
    public override void Set(string key, string? value) { }

    /// <summary>Takes other values, and tells whoever follows.</summary>
    internal void Replace(IReadOnlyDictionary<string, string> values)
    {
        Data = values.ToDictionary(pair => pair.Key, pair => (string?)pair.Value, StringComparer.OrdinalIgnoreCase);
        OnReload();
    }
}
