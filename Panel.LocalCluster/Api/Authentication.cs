using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Lets in who bears the token. Health and version are for everybody, as on a real server.</summary>
sealed class Authentication(string token)
{
    static readonly PathString[] Open = ["/healthz", "/livez", "/readyz", "/version"];
    readonly byte[] expected = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Open.Any(path => context.Request.Path.StartsWithSegments(path)) || IsKnown(context.Request.Headers.Authorization)) return next(context);
        throw Statuses.Of(401, "Unauthorized", "Unauthorized");
    }

    // hashed first, so that the comparison takes as long for any length
    bool IsKnown(string? header) =>
        header?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header["Bearer ".Length..].Trim())), expected);
}
