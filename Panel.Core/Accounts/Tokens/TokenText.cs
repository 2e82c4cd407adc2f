using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Panel.Core.Accounts.Tokens;

/// <summary>
/// How tokens of programs are written: sealed by the panel's keys. Purpose and audience are part of the key, so that a token opens nothing
/// else: not the other kind, no cookie, no link of a mail, and nothing at another panel.
/// </summary>
public sealed class TokenText(IDataProtectionProvider protection)
{
    /// <summary>What the tokens are for.</summary>
    public const string Audience = "/api/v1";

    /// <summary>How every access token begins.</summary>
    public const string AccessStart = "pnla_";
    /// <summary>How every refresh token begins.</summary>
    public const string RefreshStart = "pnlr_";

    const int Head = 16 + 8, Secret = 16;

    readonly IDataProtector access = protection.CreateProtector("Panel.Tokens.v1", "access", Audience), refresh = protection.CreateProtector("Panel.Tokens.v1", "refresh", Audience);

    internal string Access(Guid session, string accountId, DateTimeOffset until)
    {
        var bytes = new byte[Head + Encoding.UTF8.GetByteCount(accountId)];
        session.TryWriteBytes(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), until.ToUnixTimeMilliseconds());
        Encoding.UTF8.GetBytes(accountId, bytes.AsSpan(Head));
        return AccessStart + Base64Url.EncodeToString(access.Protect(bytes));
    }

    internal AccessContent? OpenAccess(string text) => Open(access, AccessStart, text) is { Length: > Head } bytes
        ? new(new(bytes.AsSpan(0, 16)), Encoding.UTF8.GetString(bytes, Head, bytes.Length - Head), DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(16))))
        : null;

    // random, so that each is another one: what a session has used up is known as its own, and not as a guess
    internal string Refresh(Guid session)
    {
        var bytes = RandomNumberGenerator.GetBytes(16 + Secret);
        session.TryWriteBytes(bytes);
        return RefreshStart + Base64Url.EncodeToString(refresh.Protect(bytes));
    }

    internal Guid? OpenRefresh(string text) => Open(refresh, RefreshStart, text) is { Length: 16 + Secret } bytes ? new(bytes.AsSpan(0, 16)) : null;

    internal static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static byte[]? Open(IDataProtector protector, string start, string text)
    {
        if (!text.StartsWith(start, StringComparison.Ordinal)) return null;
        try
        {
            return protector.Unprotect(Base64Url.DecodeFromChars(text.AsSpan(start.Length)));
        }
        catch (Exception foreign) when (foreign is CryptographicException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>What an access token says.</summary>
/// <param name="Session">The session.</param>
/// <param name="AccountId">The account.</param>
/// <param name="Until">When it ends, in UTC.</param>
sealed record AccessContent(Guid Session, string AccountId, DateTimeOffset Until);
