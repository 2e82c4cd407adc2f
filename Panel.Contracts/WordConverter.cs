using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panel.Contracts;

/// <summary>Writes the values of an enumeration as words, the first letter small: what programs read is told by name. Reads them in any case.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) where T : struct, Enum;
