using System.Diagnostics.CodeAnalysis;

namespace Panel.Core.Replicas;

/// <summary>Where a Redis server is, as <c>ConnectionStrings:Redis</c> tells: <c>redis://[user[:password]@]host[:port]</c>, or <c>rediss</c> for TLS.</summary>
/// <remarks>https://www.iana.org/assignments/uri-schemes/prov/redis</remarks>
sealed record RedisAddress(string Host, int Port, bool Tls, string? User, string? Password)
{
    const int UsualPort = 6379;

    /// <summary>Reads an address. The password may hold any character, percent-encoded.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RedisAddress? address)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0) return false;
        if (uri.AbsolutePath is not ("" or "/" or "/0")) return false;   // channels are those of the server, whatever the database
        var parts = uri.UserInfo.Split(':', 2);
        var (user, password) = parts.Length == 2 ? (parts[0], parts[1]) : ("", parts[0]);
        address = new(uri.DnsSafeHost, uri.Port < 0 ? UsualPort : uri.Port, uri.Scheme == "rediss", Text(user), Text(password));
        return true;
    }

    static string? Text(string escaped) => escaped.Length == 0 ? null : Uri.UnescapeDataString(escaped);

    /// <summary>Without the password, which must not reach a log.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
