using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Panel.Contracts.Servers;

namespace Panel.Core.Database;

internal sealed class ServerIdConverter() : ValueConverter<ServerId, Guid>(id => id.Value, value => new(value));

/// <summary>A time as UTC ticks, which sort as the times do.</summary>
internal sealed class TicksConverter() : ValueConverter<DateTimeOffset, long>(at => at.UtcTicks, ticks => new(ticks, TimeSpan.Zero));

/// <summary>PostgreSQL takes times in UTC alone.</summary>
internal sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(at => at.ToUniversalTime(), at => at.ToUniversalTime());

/// <summary>Values by name, as a JSON object in a text column.</summary>
internal sealed class NamedValuesConverter() : ValueConverter<Dictionary<string, string>, string>(
    values => JsonSerializer.Serialize(values, JsonSerializerOptions.Default),
    text => JsonSerializer.Deserialize<Dictionary<string, string>>(text, JsonSerializerOptions.Default) ?? new());

internal sealed class NamedValuesComparer() : ValueComparer<Dictionary<string, string>>(
    (a, b) => ReferenceEquals(a, b) || (a != null && b != null && a.Count == b.Count && !a.Except(b).Any()),
    values => values.Aggregate(0, (hash, pair) => hash ^ HashCode.Combine(pair.Key, pair.Value)),
    values => new(values));

/// <summary>Keys, in order and with spaces between them, in a text column.</summary>
internal sealed class KeysConverter() : ValueConverter<HashSet<string>, string>(
    keys => string.Join(' ', keys.Order(StringComparer.Ordinal)),
    text => new(text.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

/// <summary>Names, which may have spaces in them and no line breaks.</summary>
internal sealed class NamesConverter() : ValueConverter<HashSet<string>, string>(
    names => string.Join('\n', names.Order(StringComparer.Ordinal)),
    text => new(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)));

internal sealed class KeysComparer() : ValueComparer<HashSet<string>>(
    (a, b) => ReferenceEquals(a, b) || (a != null && b != null && a.SetEquals(b)),
    keys => keys.Aggregate(0, (hash, key) => hash ^ key.GetHashCode(StringComparison.Ordinal)),
    keys => new(keys));
