using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Panel.Contracts.Access;
using Panel.Contracts.Settings;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Replicas;
using Panel.Core.Secrets;

namespace Panel.Core.Settings;

/// <summary>The settings that administrators change on a page: what they are, and how they are changed while the panel runs.</summary>
public sealed partial class PanelSettings
{
    readonly IDbContextFactory<PanelDb> databases;
    readonly IConfigurationRoot configuration;
    readonly SettingParts parts;
    readonly ILogger<PanelSettings> log;

    internal PanelSettings(IDbContextFactory<PanelDb> databases, IConfigurationRoot configuration, SettingParts parts, ILogger<PanelSettings> log)
    {
        (this.databases, this.configuration, this.parts, this.log) = (databases, configuration, parts, log);
        parts.Changes.Follow(PanelChanges.Settings, LoadAsync);
    }

    /// <summary>Makes the configuration hold what the database does. What breaks a rule, after an update of the panel for example, is left out and logged.</summary>
    internal async Task LoadAsync(CancellationToken cancellation)
    {
        var values = await ReadAsync(cancellation);
        while (Broken(values) is { } broken)
        {
            LogBroken(broken);
            values.Remove(broken);
        }
        parts.Stored.Replace(values);
        parts.Accounts.Heard(AccountChanges.All);   // the quota that everybody has is a setting: open pages show it
    }

    /// <summary>All settings, in their groups.</summary>
    /// <exception cref="ForbiddenException">The actor may not change settings.</exception>
    public IReadOnlyList<SettingGroup> List(Actor actor)
    {
        actor.Require(PanelPermissions.ManageSettings);
        return [.. SettingCatalogue.All.GroupBy(setting => setting.Group).Select(group => new SettingGroup(group.Key, [.. group.Select(View)]))];
    }

    /// <summary>Changes settings that go together: all or none.</summary>
    /// <param name="actor">Who changes them.</param>
    /// <param name="values">New values by name; null to go back to what the file, the environment or the default says.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="ForbiddenException">The actor may not change settings.</exception>
    /// <exception cref="InvalidFieldException">A value breaks a rule; the field is the setting's name.</exception>
    public async Task ChangeAsync(Actor actor, IReadOnlyDictionary<string, string?> values, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageSettings);
        var stored = await ReadAsync(cancellation);
        var after = new Dictionary<string, string>(stored, StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            var setting = SettingCatalogue.ByName.GetValueOrDefault(name) ?? throw new InvalidFieldException(name, "There is no such setting.");
            if (value is null) after.Remove(name);
            else if (setting.Fault(value.Trim()) is { } fault) throw new InvalidFieldException(name, fault);
            else after[name] = setting.Secret ? value : value.Trim();
        }
        RequireSecretsEnteredAgain(values, after);
        if (Faults(after).Except(Faults(stored)).ToList() is { Count: > 0 } faults)
        {
            throw new InvalidFieldException(faults.GroupBy(fault => fault.Name, fault => fault.Rule).ToDictionary(field => field.Key, field => field.ToArray()));
        }
        var changed = SettingCatalogue.All.Where(setting => values.ContainsKey(setting.Name) && stored.GetValueOrDefault(setting.Name) != after.GetValueOrDefault(setting.Name)).ToList();
        if (changed.Count == 0) return;
        await SaveAsync(actor, changed, stored, after, cancellation);
        await parts.Changes.ChangedAsync(PanelChanges.Settings, cancellation);
    }

    async Task SaveAsync(Actor actor, IReadOnlyList<SettingDefinition> changed, Dictionary<string, string> before, Dictionary<string, string> after, CancellationToken cancellation)
    {
        parts.Secrets.Refresh();
        var closed = parts.Secrets.Seal(SettingCatalogue.Secrets, after, new Dictionary<string, string>());
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var rows = await db.Settings.ToDictionaryAsync(row => row.Name, cancellation);
        var note = new AuditChanges();
        foreach (var setting in changed)
        {
            if (!after.ContainsKey(setting.Name)) db.Settings.Remove(rows[setting.Name]);
            else if (rows.TryGetValue(setting.Name, out var row)) (row.Value, row.ChangedAt) = (closed[setting.Name], parts.Clock.GetUtcNow());
            else db.Settings.Add(new() { Name = setting.Name, Value = closed[setting.Name], ChangedAt = parts.Clock.GetUtcNow() });
            note.Set(setting.Name, Told(setting, before), Told(setting, after) is { } now && setting.Secret ? $"{now}, changed" : Told(setting, after));
        }
        parts.Audit.Add(db, actor, "settings.change", null, "Settings", string.Join(", ", changed.Select(setting => setting.Name)), note);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException)
        {
            throw new ConflictException("Somebody else changed the settings at this moment. Look at them again.");
        }
    }

    // a host that is changed would be sent the password that another was meant to get
    void RequireSecretsEnteredAgain(IReadOnlyDictionary<string, string?> values, Dictionary<string, string> after)
    {
        foreach (var secret in SettingCatalogue.All.Where(setting => setting.SentTo.Count > 0))
        {
            var moved = secret.SentTo.Any(name => values.ContainsKey(name) && (after.GetValueOrDefault(name) ?? Below(name) ?? "") != (configuration[name] ?? SettingCatalogue.ByName[name].Default));
            if (moved && !values.ContainsKey(secret.Name) && !string.IsNullOrEmpty(configuration[secret.Name]))
            {
                throw new InvalidFieldException(secret.Name, "Enter it again: it would be sent elsewhere than before.");
            }
        }
    }

    async Task<Dictionary<string, string>> ReadAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var rows = await db.Settings.AsNoTracking().ToDictionaryAsync(row => row.Name, row => row.Value, cancellation);
        return parts.Secrets.Open(rows.Where(row => SettingCatalogue.ByName.ContainsKey(row.Key)).ToDictionary());
    }

    string? Broken(Dictionary<string, string> values)
    {
        if (values.Keys.FirstOrDefault(name => SettingCatalogue.ByName[name].Fault(values[name]) is not null) is { } malformed) return malformed;
        return values.Count == 0 ? null : Faults(values).Select(fault => fault.Name).FirstOrDefault(values.ContainsKey) ?? (Faults(values).Except(Faults([])).Any() ? values.Keys.First() : null);
    }

    List<(string Name, string Rule)> Faults(Dictionary<string, string> values)
    {
        var whole = configuration.GetSection(PanelOptions.Section).AsEnumerable().ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        foreach (var name in SettingCatalogue.ByName.Keys)
        {
            if ((values.GetValueOrDefault(name) ?? Below(name)) is { } value) whole[name] = value;
            else whole.Remove(name);   // a null that is there is bound as a null, where nothing leaves the default
        }
        return [.. parts.Rules.Check(whole)];
    }

    SettingView View(SettingDefinition setting)
    {
        var (value, source) = Find(setting.Name, configuration.Providers);
        return new(setting.Name, setting.Label, setting.Hint, setting.Kind, setting.Choices, setting.Secret ? "" : value ?? setting.Default, setting.Secret ? "" : setting.Default, source, !string.IsNullOrEmpty(value), setting.Effect) { Unit = setting.Unit };
    }

    /// <summary>What is set below the database.</summary>
    string? Below(string name) => Find(name, configuration.Providers.Where(provider => provider != parts.Stored)).Value;

    (string? Value, SettingSource Source) Find(string name, IEnumerable<IConfigurationProvider> providers)
    {
        foreach (var provider in providers.Reverse())
        {
            if (provider.TryGet(name, out var value)) return (value, SourceOf(provider));
        }
        return (null, SettingSource.Default);
    }

    SettingSource SourceOf(IConfigurationProvider provider) => provider switch
    {
        _ when provider == parts.Stored => SettingSource.Database,
        FileConfigurationProvider => SettingSource.File,
        { } other when other.GetType().Name.StartsWith("EnvironmentVariables", StringComparison.Ordinal) => SettingSource.Environment,
        _ => SettingSource.CommandLine,
    };

    static string? Told(SettingDefinition setting, Dictionary<string, string> values) => !values.TryGetValue(setting.Name, out var value) ? null : setting.Secret ? "a secret" : value;

    [LoggerMessage(Level = LogLevel.Error, Message = "The stored setting {Name} breaks a rule and is left out")]
    partial void LogBroken(string name);
}

/// <summary>What <see cref="PanelSettings"/> works with.</summary>
sealed record SettingParts(StoredSettings Stored, SettingRules Rules, SecretValues Secrets, PanelChanges Changes, AccountChanges Accounts, AuditLog Audit, TimeProvider Clock);
