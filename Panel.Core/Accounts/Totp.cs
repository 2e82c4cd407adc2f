using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Panel.Core.Accounts;

/// <summary>Codes of authenticator apps: six digits, a new one every 30 seconds, by HMAC-SHA1, as every app knows them.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc6238</remarks>
static class Totp
{
    const int SecretBytes = 20, Step = 30, Modulus = 1_000_000, Around = 1;
    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A new secret, in Base32.</summary>
    public static string NewSecret() => Random(SecretBytes * 8 / 5);

    /// <summary>So many random characters that are easy to type.</summary>
    public static string Random(int length) => RandomNumberGenerator.GetString(Alphabet, length);

    /// <summary>Whether a text is a secret long enough to be one.</summary>
    public static bool IsSecret(string secret) => secret.Length == SecretBytes * 8 / 5 && secret.All(Alphabet.Contains);

    /// <summary>What apps read from the picture.</summary>
    public static string Link(string secret, string email) =>
        $"otpauth://totp/Panel:{Uri.EscapeDataString(email)}?secret={secret}&issuer=Panel&digits=6&period={Step}";

    /// <summary>The code of a step.</summary>
    public static string Code(string secret, long step)
    {
        Span<byte> counter = stackalloc byte[8], hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // what the apps compute
        HMACSHA1.HashData(Decode(secret), counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xF)..]) & int.MaxValue;
        return (number % Modulus).ToString("000000", CultureInfo.InvariantCulture);
    }

    /// <summary>The step that a moment lies in.</summary>
    public static long StepOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / Step;

    /// <summary>The step that a code belongs to, around a moment and after the last one used; null when it is wrong.</summary>
    public static long? Verify(string secret, string code, DateTimeOffset at, long after)
    {
        long? found = null;
        for (var step = StepOf(at) - Around; step <= StepOf(at) + Around; step++)
        {
            if (step > after && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Code(secret, step)), Encoding.UTF8.GetBytes(code))) found = step;
        }
        return found;
    }

    static byte[] Decode(string secret)
    {
        var bytes = new List<byte>(SecretBytes);
        var (held, bits) = (0, 0);
        foreach (var letter in secret)
        {
            (held, bits) = ((held << 5 | Alphabet.IndexOf(letter, StringComparison.Ordinal)) & 0xFFF, bits + 5);
            if (bits < 8) continue;
            bits -= 8;
            bytes.Add((byte)(held >> bits));
        }
        return [.. bytes];
    }
}
