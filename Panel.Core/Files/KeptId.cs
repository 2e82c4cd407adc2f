using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Names something that is kept of a server's files, in the bin or in a file's history: the moment it was put there, and something random.</summary>
public readonly record struct KeptId
{
    const int Digits = 14, Random = 8;
    static readonly SearchValues<char> hex = SearchValues.Create("0123456789abcdef");

    KeptId(string value) => Value = value;

    /// <summary>The name; ids sort by it as by their time.</summary>
    public string Value { get; }

    /// <summary>When it was put there, in UTC.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Value.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture));

    /// <summary>A new one.</summary>
    public static KeptId New(DateTimeOffset now) =>
        new($"{now.ToUnixTimeMilliseconds().ToString($"D{Digits}", CultureInfo.InvariantCulture)}-{RandomNumberGenerator.GetHexString(Random, lowercase: true)}");

    /// <summary>Reads one.</summary>
    /// <returns>Null when it is none.</returns>
    public static KeptId? Find(string? text) =>
        text is { Length: Digits + 1 + Random } && text[Digits] == '-' && text.AsSpan(Digits + 1).IndexOfAnyExcept(hex) < 0
        && text.AsSpan(0, Digits).IndexOfAnyExceptInRange('0', '9') < 0
            ? new(text)
            : null;

    /// <summary>Reads one that a person or a program sent.</summary>
    /// <exception cref="NotFoundException">It is none.</exception>
    public static KeptId Parse(string? text, string subject) => Find(text) ?? throw new NotFoundException(subject);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
