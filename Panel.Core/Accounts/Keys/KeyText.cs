using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Panel.Core.Accounts.Keys;

/// <summary>
/// How a key is written: <c>pnl_</c>, eight characters that lists show, forty more, and six that follow from the rest. Programs that look for
/// secrets in code find it by its form, and one that was typed wrongly is told without asking the database.
/// </summary>
static class KeyText
{
    public const string Start = "pnl_";

    const int Shown = 8, Hidden = 40, Check = 6, Length = 4 + Shown + Hidden + Check;
    const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static readonly SearchValues<char> allowed = SearchValues.Create(Letters);

    /// <summary>A new one: 48 random characters, which is 285 bits.</summary>
    public static string Make()
    {
        var text = Start + RandomNumberGenerator.GetString(Letters, Shown + Hidden);
        return text + Sum(text);
    }

    /// <summary>Whether a text can be a key at all.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length == Length && text.StartsWith(Start, StringComparison.Ordinal) && !text.AsSpan(Start.Length).ContainsAnyExcept(allowed) && text.AsSpan(Length - Check).SequenceEqual(Sum(text[..^Check]));

    /// <summary>What lists show of it.</summary>
    public static string Prefix(string text) => text[..(Start.Length + Shown)];

    /// <summary>What the database keeps of it.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static string Sum(string text)
    {
        var rest = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return string.Create(Check, rest, static (place, rest) =>
        {
            for (var i = 0; i < place.Length; i++, rest /= (ulong)Letters.Length) place[i] = Letters[(int)(rest % (ulong)Letters.Length)];
        });
    }
}
