using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Panel.Tests.Support;

/// <summary>A web server with files in memory, in the place of somebody's download site.</summary>
public sealed class FileServer : IAsyncDisposable
{
    readonly WebApplication app;
    readonly Dictionary<string, byte[]> files = [];

    FileServer(WebApplication app) => this.app = app;

    /// <summary>Its address, without a slash at the end.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts it on a free port.</summary>
    public static async Task<FileServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = new FileServer(builder.Build());
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync();
        server.Address = server.app.Urls.Single();
        return server;
    }

    /// <summary>Puts a file at a path that begins with a slash.</summary>
    public void Put(string path, byte[] content) => files[path] = content;

    /// <summary>Puts a text at a path that begins with a slash.</summary>
    public void Put(string path, string content) => Put(path, System.Text.Encoding.UTF8.GetBytes(content));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        if (files.TryGetValue(context.Request.Path, out var content)) await context.Response.Body.WriteAsync(content);
        else context.Response.StatusCode = StatusCodes.Status404NotFound;
    }
}
