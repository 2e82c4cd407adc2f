using System.Text.Json.Serialization;
using Panel.Contracts.Servers;

namespace Panel.Web.Api;

/// <summary>How the API writes what is asked for most, made when the panel is built.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<ServerRow>))]
sealed partial class ApiJson : JsonSerializerContext;
