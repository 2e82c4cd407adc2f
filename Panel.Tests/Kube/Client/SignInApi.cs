using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Panel.Tests.Kube.Client;

/// <summary>An API server over TLS that knows no objects: it keeps who asked, and refuses whom it is told to.</summary>
sealed class SignInApi : IAsyncDisposable
{
    readonly ConcurrentQueue<Dictionary<string, string>> requests = new();
    readonly ConcurrentDictionary<string, bool> refused = new();
    WebApplication? web;

    /// <summary>Where it answers.</summary>
    public Uri Address => new(web!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>What the requests said, several of one name with a bar between; <c>certificate</c> is the client's subject.</summary>
    public string[] Seen(string name) => [.. requests.Select(request => request.GetValueOrDefault(name, ""))];

    /// <summary>Answers 401 to this authorization or certificate from now on.</summary>
    public void Refuse(string who) => refused[who] = true;

    public async Task StartAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var own = new CertificateRequest("CN=api", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(own, https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;
        })));
        web = builder.Build();
        web.Run(AnswerAsync);
        await web.StartAsync();
    }

    async Task AnswerAsync(HttpContext context)
    {
        var seen = context.Request.Headers.ToDictionary(header => header.Key, header => string.Join('|', header.Value.ToArray()), StringComparer.OrdinalIgnoreCase);
        seen["certificate"] = context.Connection.ClientCertificate?.Subject ?? "";
        requests.Enqueue(seen);
        context.Response.StatusCode = refused.ContainsKey(seen["certificate"]) || refused.ContainsKey(seen.GetValueOrDefault("Authorization", "")) ? 401 : 404;
        await context.Response.WriteAsync("no");
    }

    public async ValueTask DisposeAsync()
    {
        if (web is null) return;
        using (var cut = new CancellationTokenSource(0)) await web.StopAsync(cut.Token);
        await web.DisposeAsync();
    }
}
