using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Panel.Bench;

/// <summary>The least that ASP.NET Core can be asked for: one text at one address. What the panel's start is compared with.</summary>
static class BareWeb
{
    /// <summary>The argument that makes this program a bare web app.</summary>
    public const string Argument = "bare-web";

    /// <summary>Serves until it is ended.</summary>
    public static async Task RunAsync(string address)
    {
        await using var app = Serve(address, _ => "text/plain", () => "hello");
        await app.WaitForShutdownAsync();
    }

    /// <summary>Serves one answer at every path.</summary>
    public static WebApplication Serve(string address, Func<HttpContext, string> type, Func<string> body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentType = type(context);
            return context.Response.WriteAsync(body(), context.RequestAborted);
        });
        app.Start();
        return app;
    }
}
