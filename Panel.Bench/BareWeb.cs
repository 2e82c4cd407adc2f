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
    /// <param name="address">Where.</param>
    /// <param name="file">What it sends; null for a word.</param>
    public static async Task RunAsync(string address, string? file)
    {
        await using var app = file is null ? Serve(address, _ => "text/plain", () => "hello") : Send(address, await File.ReadAllBytesAsync(file));
        await app.WaitForShutdownAsync();
    }

    /// <summary>Serves one answer at every path.</summary>
    public static WebApplication Serve(string address, Func<HttpContext, string> type, Func<string> body) => Start(address, context =>
    {
        context.Response.ContentType = type(context);
        return context.Response.WriteAsync(body(), context.RequestAborted);
    });

    static WebApplication Send(string address, byte[] body) => Start(address, context =>
    {
        (context.Response.ContentType, context.Response.ContentLength) = ("application/json", body.Length);
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    });

    static WebApplication Start(string address, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(answer);
        app.Start();
        return app;
    }
}
