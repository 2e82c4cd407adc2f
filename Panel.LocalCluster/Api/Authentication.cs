using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Panel.LocalCluster.Authorization;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Lets in who bears the cluster's token or one of a service account, as far as roles allow. Health and version are for everybody, as on a real server.</summary>
sealed class Authentication(string token, AccountTokens accounts, Authorizer authorizer)
{
    static readonly PathString[] Open = ["/healthz", "/livez", "/readyz", "/version"];
    static readonly object Item = new();
    readonly byte[] expected = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Who makes a request.</summary>
    public static User UserOf(HttpContext context) => (User)context.Items[Item]!;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Open.Any(path => context.Request.Path.StartsWithSegments(path))) return next(context);
        var user = Find(context.Request.Headers.Authorization) ?? throw Statuses.Of(401, "Unauthorized", "Unauthorized");
        user = Impersonate(user, context.Request.Headers);
        authorizer.Require(user, Deed.Of(context.Request));
        context.Items[Item] = user;
        return next(context);
    }

    User? Find(string? header)
    {
        if (header?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) != true) return null;
        var shown = header["Bearer ".Length..].Trim();
        // hashed first, so that the comparison takes as long for any length
        if (CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(shown)), expected)) return User.Admin;
        return accounts.Read(shown) is { } read && read.Audiences.Contains(AccountTokens.Issuer) ? read.User : null;
    }

    // kubectl --as and --as-group
    User Impersonate(User user, IHeaderDictionary headers)
    {
        if ((string?)headers["Impersonate-User"] is not { Length: > 0 } name) return user;
        var groups = headers["Impersonate-Group"].OfType<string>().ToList();
        authorizer.Require(user, new("impersonate", "", "users", "", "", name));
        foreach (var group in groups) authorizer.Require(user, new("impersonate", "", "groups", "", "", group));
        return User.Impersonated(name, groups);
    }
}
