using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Panel.Core.Templates;

namespace Panel.Core.Secrets;

/// <summary>Keeps the values of secret variables from those who read the database: a row holds them sealed, and they are opened where they are used.</summary>
public sealed partial class SecretValues(IDataProtectionProvider protection, ILogger<SecretValues> log)
{
    /// <summary>A stored value that begins so is sealed.</summary>
    internal const string Mark = "sealed:1:";

    readonly IDataProtector protector = protection.CreateProtector("Panel.Servers.Variables");

    /// <summary>To be called before a transaction in which values are sealed: when a new key is due, it is made now, and does not wait for that very transaction.</summary>
    internal void Refresh() => protector.Protect([]);

    /// <summary>The values as a row holds them.</summary>
    /// <param name="template">Says which are secret.</param>
    /// <param name="values">The values, open.</param>
    /// <param name="stored">What the row holds now: what did not change stays sealed as it is.</param>
    internal Dictionary<string, string> Seal(Template template, IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> stored) =>
        Seal(template.Variables.Where(variable => variable.Secret).Select(variable => variable.Env).ToHashSet(StringComparer.Ordinal), values, stored);

    /// <inheritdoc cref="Seal(Template, IReadOnlyDictionary{string, string}, IReadOnlyDictionary{string, string})"/>
    /// <param name="secret">Those that are secret.</param>
    /// <param name="values">The values, open.</param>
    /// <param name="stored">What the row holds now: what did not change stays sealed as it is.</param>
    internal Dictionary<string, string> Seal(IReadOnlySet<string> secret, IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> stored) =>
        values.ToDictionary(pair => pair.Key, pair => Seal(pair.Value, secret.Contains(pair.Key), stored.GetValueOrDefault(pair.Key)), StringComparer.Ordinal);

    /// <summary>The values of a row, open. One that cannot be opened any more is left out, so that it counts as not chosen.</summary>
    internal Dictionary<string, string> Open(IReadOnlyDictionary<string, string> stored)
    {
        var open = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in stored)
        {
            if (Open(name, value) is { } text) open[name] = text;
        }
        return open;
    }

    string Seal(string value, bool secret, string? stored)
    {
        // a value that only looks sealed is sealed too, or opening it would fail
        if (value.Length == 0 || (!secret && !value.StartsWith(Mark, StringComparison.Ordinal))) return value;
        return stored?.StartsWith(Mark, StringComparison.Ordinal) == true && Open("", stored) == value ? stored : Mark + protector.Protect(value);
    }

    string? Open(string name, string value)
    {
        if (!value.StartsWith(Mark, StringComparison.Ordinal)) return value;
        try
        {
            return protector.Unprotect(value[Mark.Length..]);
        }
        catch (CryptographicException)
        {
            LogLost(name);   // not the exception: its words are of no use, and the value must not be in any
            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "The secret variable {Name} of a server cannot be read: the key it was sealed with is gone. It has to be set again.")]
    partial void LogLost(string name);
}
