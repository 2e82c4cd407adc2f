using System.Data.Common;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;
using Panel.Core.Metrics;
using Panel.Core.Servers;
using Panel.Web.Hosting;

namespace Panel.Web.Metrics;

/// <summary>The address that Prometheus reads.</summary>
static partial class MetricsEndpoint
{
    /// <summary>The address.</summary>
    public const string Path = "/metrics";

    const string Scheme = "Bearer ";
    static readonly string[] forwarding = ["X-Forwarded-For", "Forwarded", "X-Real-IP"];

    /// <summary>Begins to measure.</summary>
    public static IServiceCollection AddMetricsText(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MetricsOptions, MetricsOptionsValidator>().BindConfiguration(MetricsOptions.Section);
        services.AddScoped<CircuitHandler, CircuitCount>();
        return services.AddSingleton<MetricsReader>();
    }

    /// <summary>Maps the address.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<MetricsReader>();   // it counts from the start, not from the first question
        routes.MapGet(Path, ReadAsync).AllowAnonymous().ExcludeFromDescription();
    }

    static async Task<IResult> ReadAsync(HttpContext context, IOptions<MetricsOptions> options, MetricsReader reader, ServerQueries servers, Preparation preparation, ILogger<MetricsReader> log)
    {
        if (!MayRead(context, options.Value))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"metrics\"";
            return Results.Text("Metrics are for this machine, and for those who know Panel:Metrics:Token.\n", statusCode: StatusCodes.Status401Unauthorized);
        }
        try
        {
            if (preparation.Done.IsCompletedSuccessfully) PanelMeter.Servers(await servers.CountAsync(context.RequestAborted));
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException or TimeoutException)
        {
            reader.Forget("panel_active_servers");   // all else is known without the database
            LogNotCounted(log, failure.Message);
        }
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(reader.Text(), MetricsReader.MediaType);
    }

    static bool MayRead(HttpContext context, MetricsOptions options)
    {
        if (options.Anonymous || (context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from) && !Forwarded(context.Request))) return true;
        return options.Token is { Length: > 0 } token && context.Request.Headers.Authorization is [{ } sent]
            && sent.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && CryptographicOperations.FixedTimeEquals(Digest(sent[Scheme.Length..].Trim()), Digest(token));
    }

    // a proxy on this machine that is not among Panel:Proxies makes strangers look like neighbours
    static bool Forwarded(HttpRequest request) => forwarding.Any(request.Headers.ContainsKey);

    static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The metrics do not tell of servers: {Reason}")]
    static partial void LogNotCounted(ILogger log, string reason);
}
