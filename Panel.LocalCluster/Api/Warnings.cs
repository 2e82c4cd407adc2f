using Microsoft.AspNetCore.Http;

namespace Panel.LocalCluster.Api;

/// <summary>Tells a client what it should know of a request that was done: kubectl prints it.</summary>
static class Warnings
{
    /// <summary>Adds a warning to the answer, as RFC 7234 writes it.</summary>
    public static void Add(HttpContext context, string text) =>
        context.Response.Headers.Append("Warning", $"299 - \"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
}
