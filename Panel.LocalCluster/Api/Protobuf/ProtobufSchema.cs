using System.Collections.Frozen;
using System.Globalization;

namespace Panel.LocalCluster.Api.Protobuf;

/// <summary>A field of a message.</summary>
/// <param name="Name">Its name in JSON; empty where its own fields take its place.</param>
/// <param name="Type">Type of its values: <c>string</c>, <c>int</c>, <c>bool</c>, <c>bytes</c> or the name of a message.</param>
/// <param name="IsList">Whether it comes again for each item.</param>
/// <param name="IsMap">Whether its values stand under keys.</param>
/// <param name="KeepsZero">Whether a zero says something.</param>
sealed record ProtobufField(string Name, string Type, bool IsList, bool IsMap, bool KeepsZero);

/// <summary>The messages of <c>messages.txt</c>.</summary>
static class ProtobufSchema
{
    static readonly FrozenDictionary<string, IReadOnlyDictionary<int, ProtobufField>> Messages = Load();

    /// <summary>The message of a kind of object, if it is known.</summary>
    public static string? NameOf(string apiVersion, string kind) => Messages.ContainsKey($"{kind}@{apiVersion}") ? $"{kind}@{apiVersion}" : null;

    public static IReadOnlyDictionary<int, ProtobufField> Find(string message) => Messages[message];

    static FrozenDictionary<string, IReadOnlyDictionary<int, ProtobufField>> Load()
    {
        using var stream = typeof(ProtobufSchema).Assembly.GetManifestResourceStream("Panel.LocalCluster.Api.Protobuf.messages.txt")!;
        using var reader = new StreamReader(stream);
        var messages = new Dictionary<string, IReadOnlyDictionary<int, ProtobufField>>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            messages[line[..colon]] = line[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Field).ToDictionary();
        }
        return messages.ToFrozenDictionary();
    }

    static (int, ProtobufField) Field(string text)
    {
        var (list, zero) = (text.EndsWith('*'), text.EndsWith('?'));
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var parts = text[(space + 1)..].TrimEnd('*', '?').Split(':');
        var type = parts.Length > 1 ? parts[1] : "string";
        var map = type.StartsWith("map ", StringComparison.Ordinal);
        return (int.Parse(text.AsSpan(0, space), CultureInfo.InvariantCulture), new(parts[0], map ? type["map ".Length..] : type, list, map, zero));
    }
}
