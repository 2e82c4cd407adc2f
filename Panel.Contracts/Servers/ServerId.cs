using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Panel.Contracts.Servers;

/// <summary>Names one server for its whole life; never reused.</summary>
[JsonConverter(typeof(ServerIdText))]
public readonly record struct ServerId(Guid Value) : IParsable<ServerId>
{
    /// <summary>A new id; ids sort by the time they were made, so that rows stay in order of creation.</summary>
    public static ServerId New() => new(Guid.CreateVersion7());

    /// <inheritdoc/>
    public static ServerId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s, provider));

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ServerId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new(value);
        return parsed;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
