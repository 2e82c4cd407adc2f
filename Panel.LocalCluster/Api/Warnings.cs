using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Panel.LocalCluster.Rules;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Tells a client what it should know of a request that was done: kubectl prints it.</summary>
static class Warnings
{
    /// <summary>Adds a warning to the answer, as RFC 7234 writes it.</summary>
    public static void Add(HttpContext context, string text) =>
        context.Response.Headers.Append("Warning", $"299 - \"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");

    /// <summary>Warns a client that asked for it of fields that have no effect here. A real server would refuse those that it does not know; this one knows fewer.</summary>
    public static void AddUnknown(HttpContext context, Resource? resource, JsonObject document)
    {
        // of a kind that is only kept, no field has an effect, which its notice says
        if (resource is null or { Notice: not null } || (string?)context.Request.Query["fieldValidation"] is not ("Strict" or "Warn")) return;
        foreach (var path in UnknownFields.Find(Resources.TypeOf(resource), document)) Add(context, $"field \"{Printable(path)}\" is kept and has no effect on the local cluster");
    }

    // a header takes no other characters
    static string Printable(string text) => string.Concat(text.Take(200).Select(character => character is >= ' ' and <= '~' ? character : '?'));
}
