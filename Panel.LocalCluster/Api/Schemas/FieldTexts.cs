using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Panel.LocalCluster.Api.Schemas;

/// <summary>What the documentation of the wire models says of a type or a field: the texts that <c>kubectl explain</c> prints.</summary>
sealed partial class FieldTexts
{
    readonly Dictionary<string, string> texts;

    FieldTexts(Dictionary<string, string> texts) => this.texts = texts;

    /// <summary>Reads the documentation that lies beside an assembly; without the file there are no texts.</summary>
    public static FieldTexts Load(Assembly assembly)
    {
        var path = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        if (!File.Exists(path)) return new([]);
        return new(XDocument.Load(path).Descendants("member")
            .Select(member => (Name: (string?)member.Attribute("name") ?? "", Summary: member.Element("summary")))
            .Where(member => member.Summary is not null)
            .ToDictionary(member => member.Name, member => Flatten(member.Summary!)));
    }

    public string? Of(Type type) => texts.GetValueOrDefault("T:" + type.FullName);

    public string? Of(MemberInfo field) => texts.GetValueOrDefault($"P:{field.DeclaringType!.FullName}.{field.Name}");

    static string Flatten(XElement summary) => SpacePattern().Replace(string.Concat(summary.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => ((string?)see.Attribute("cref"))?.Split('.', ':')[^1] ?? "",
        XElement element => element.Value,
        _ => "",
    })), " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex SpacePattern();
}
