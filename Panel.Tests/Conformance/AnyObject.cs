using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Panel.Kube.Client;
using Panel.Kube.Wire;

namespace Panel.Tests.Conformance;

/// <summary>An object of a kind that the panel itself has no use for.</summary>
sealed class AnyObject : KubeObject
{
    static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>All but its metadata.</summary>
    [JsonExtensionData] public Dictionary<string, JsonElement> Rest { get; set; } = [];

    public static Kind<AnyObject> KindOf(string apiVersion, string name, string plural) =>
        new(apiVersion, name, plural, (JsonTypeInfo<AnyObject>)Options.GetTypeInfo(typeof(AnyObject)), (JsonTypeInfo<KubeList<AnyObject>>)Options.GetTypeInfo(typeof(KubeList<AnyObject>)));

    public static AnyObject Of(string name, string spec) => new() { Metadata = new() { Name = name }, Rest = { ["spec"] = JsonDocument.Parse(spec).RootElement } };
}
