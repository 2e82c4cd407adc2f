using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Whole objects, their metadata alone, or rows for people.</summary>
enum FormKind { Whole, Metadata, Table }

/// <summary>The form a client wants objects in, from its <c>Accept</c> header.</summary>
/// <param name="Kind">The form.</param>
/// <param name="Include">What goes with each row of a table: <c>None</c>, <c>Metadata</c> or <c>Object</c>.</param>
sealed record AnswerForm(FormKind Kind, string Include = "Metadata")
{
    public const string MetaVersion = "meta.k8s.io/v1";

    /// <summary>The first form of the header that this server has.</summary>
    /// <exception cref="StatusException">NotAcceptable (406).</exception>
    public static AnswerForm Of(HttpRequest request)
    {
        var header = request.Headers.Accept;
        if (header.Count == 0) return new(FormKind.Whole);
        if (!MediaTypeHeaderValue.TryParseList(header, out var types)) throw NotAcceptable();
        foreach (var type in types.OrderByDescending(type => type.Quality ?? 1))
        {
            if (KindOf(type) is { } kind) return new(kind, (string?)request.Query["includeObject"] ?? "Metadata");
        }
        throw NotAcceptable();
    }

    static FormKind? KindOf(MediaTypeHeaderValue type)
    {
        if (type.MediaType.Value is not ("application/json" or "*/*" or "application/*")) return null;
        string? Parameter(string name) => type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value.Value;
        return (Parameter("as"), Parameter("g"), Parameter("v")) switch
        {
            (null, _, _) => FormKind.Whole,
            ("Table", "meta.k8s.io", "v1") => FormKind.Table,
            ("PartialObjectMetadata" or "PartialObjectMetadataList", "meta.k8s.io", "v1") => FormKind.Metadata,
            _ => null,
        };
    }

    static StatusException NotAcceptable() => Statuses.Of(406, "NotAcceptable", "only the following media types are accepted: application/json");
}
