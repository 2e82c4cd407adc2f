using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Panel.Core.Accounts;

/// <summary>Where the second step's secret lies, sealed, and the recovery codes, hashed.</summary>
sealed class TwoFactorStore(IDataProtectionProvider protection)
{
    const string Provider = "Panel", Secret = "Totp", Codes = "Recovery";
    const int CodeCount = 10, CodeLength = 16, CodeGroup = 4;   // 80 bits each: a fast hash is enough

    readonly IDataProtector protector = protection.CreateProtector("Panel.Accounts.Totp");

    /// <summary>Keeps a secret, in place of any before.</summary>
    public Task PutSecretAsync(PanelDb db, string accountId, string secret, CancellationToken cancellation) => PutAsync(db, accountId, Secret, protector.Protect(secret), cancellation);

    /// <summary>The secret; null when there is none, or the key it was sealed with is gone.</summary>
    public async Task<string?> SecretAsync(PanelDb db, string accountId, CancellationToken cancellation)
    {
        try
        {
            return await Row(db, accountId, Secret).Select(row => row.Value).SingleOrDefaultAsync(cancellation) is { } sealedSecret ? protector.Unprotect(sealedSecret) : null;
        }
        catch (CryptographicException)
        {
            return null;   // recovery codes still work
        }
    }

    /// <summary>Makes recovery codes, in place of any before.</summary>
    /// <returns>The codes; they are not to be had again.</returns>
    public static async Task<IReadOnlyList<string>> NewCodesAsync(PanelDb db, string accountId, CancellationToken cancellation)
    {
        var codes = Enumerable.Range(0, CodeCount).Select(_ => string.Join('-', Totp.Random(CodeLength).Chunk(CodeGroup).Select(group => new string(group)))).ToList();
        await PutAsync(db, accountId, Codes, string.Join(';', codes.Select(Hash)), cancellation);
        return codes;
    }

    /// <summary>The hashes of the recovery codes that are left.</summary>
    public static async Task<string[]> CodesAsync(PanelDb db, string accountId, CancellationToken cancellation) =>
        (await Row(db, accountId, Codes).Select(row => row.Value).SingleOrDefaultAsync(cancellation))?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Uses a recovery code up; of many who try at once one succeeds.</summary>
    public static async Task<bool> TakeCodeAsync(PanelDb db, string accountId, string code, CancellationToken cancellation)
    {
        var hash = Hash(code);
        var before = await CodesAsync(db, accountId, cancellation);
        if (!before.Contains(hash)) return false;
        var (was, left) = (string.Join(';', before), string.Join(';', before.Where(other => other != hash)));
        return await Row(db, accountId, Codes).Where(row => row.Value == was).ExecuteUpdateAsync(set => set.SetProperty(row => row.Value, left), cancellation) == 1;
    }

    /// <summary>Forgets secret and codes.</summary>
    public static Task ClearAsync(PanelDb db, string accountId, CancellationToken cancellation) =>
        db.UserTokens.Where(row => row.UserId == accountId && row.LoginProvider == Provider && (row.Name == Secret || row.Name == Codes)).ExecuteDeleteAsync(cancellation);

    static IQueryable<IdentityUserToken<string>> Row(PanelDb db, string accountId, string name) =>
        db.UserTokens.AsNoTracking().Where(row => row.UserId == accountId && row.LoginProvider == Provider && row.Name == name);

    static async Task PutAsync(PanelDb db, string accountId, string name, string value, CancellationToken cancellation)
    {
        await Row(db, accountId, name).ExecuteDeleteAsync(cancellation);
        db.UserTokens.Add(new() { UserId = accountId, LoginProvider = Provider, Name = name, Value = value });
        await db.SaveChangesAsync(cancellation);
    }

    static string Hash(string code) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant())));
}
