using System.Security.Cryptography;

namespace Panel.Web;

/// <summary>Headers that keep a browser from running or framing what is not ours.</summary>
public static class SecurityHeaders
{
    static readonly object key = new();

    /// <summary>The value that marks an inline script of this answer as ours: the import map alone needs it.</summary>
    public static string Nonce(HttpContext context)
    {
        if (context.Items[key] is string nonce) return nonce;
        nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        context.Items[key] = nonce;
        return nonce;
    }

    /// <summary>Adds the headers to every answer.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app, bool development)
    {
        // dotnet watch speaks with the browser over a port of its own
        var connect = development ? "'self' ws: wss: http://localhost:*" : "'self'";
        return app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            // who came by TLS once comes by TLS for a year; whether TLS ends at a proxy in front, the proxy says (Panel:Proxies)
            if (context.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            // style: meters and the component kit set sizes on elements; blob: the editor's workers
            headers.ContentSecurityPolicy =
                $"default-src 'self'; script-src 'self' 'nonce-{Nonce(context)}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
                $"worker-src 'self' blob:; connect-src {connect}; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
            return next(context);
        });
    }
}
