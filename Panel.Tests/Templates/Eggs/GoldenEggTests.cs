using System.Runtime.CompilerServices;
using System.Text.Json;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Core.Templates;
using Panel.Core.Templates.Eggs;
using Panel.Kube;
using Panel.Kube.Servers;
using Panel.Tests.Kube.Manifests;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Templates.Eggs;

/// <summary>
/// An egg in, and out what it is: the template, what its preview says, the objects of a server made from it, and its config files before and after
/// a start. <c>UPDATE_GOLDEN=1</c> writes what comes out anew.
/// </summary>
public sealed class GoldenEggTests
{
    public static TheoryData<string> Cases => [.. Golden.Cases("Golden")];

    [Theory, MemberData(nameof(Cases))]
    public void Egg_becomes_what_is_kept(string name)
    {
        var folder = Path.Combine(Folder(), name);
        var egg = Egg.Read(File.ReadAllText(Directory.EnumerateFiles(folder, "egg.*").Single()));
        Golden.Equal(TemplateText.Write(egg.Template), $"Golden/{name}/template.json");
        Golden.Equal(string.Join('\n', TemplateFindings.Of(egg.Template).Select(finding => $"{finding.Weight} {finding.Place}: {finding.Text}")), $"Golden/{name}/findings.txt");

        var server = Server(egg.Template, JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(folder, "values.json")))!);
        Golden.Equal(ManifestText.Of(server.Spec(egg.Template, "UTC", "ann@example.org"), new(), ClusterAbilities.All), $"Golden/{name}/manifests.yaml");

        foreach (var (path, file) in egg.Template.Files)
        {
            var before = Path.Combine(folder, "before", path);
            string? Resolve(string place) => server.Placeholder(egg.Template, "UTC", place);
            var after = ConfigPatch.Apply(file, File.Exists(before) ? File.ReadAllText(before) : "", Resolve);
            Golden.Equal(after, $"Golden/{name}/after/{path}");
            Assert.Equal(after, ConfigPatch.Apply(file, after, Resolve));   // a second start changes nothing
        }
    }

    /// <summary>A server of a template, always the same.</summary>
    /// <param name="template">What it is made of.</param>
    /// <param name="values">Values other than the template's own.</param>
    /// <param name="number">Tells it from others.</param>
    internal static Server Server(Template template, Dictionary<string, string> values, int number = 1)
    {
        var id = new ServerId(Guid.Parse($"0198a2f4-0000-7000-8000-{number:x12}"));
        var server = new Server(id, "ann", template.Name, template.Key, template.Images.First().Key, DateTimeOffset.UnixEpoch)
        {
            Variables = template.Variables.ToDictionary(variable => variable.Env, variable => values.GetValueOrDefault(variable.Env, variable.Default)),
        };
        server.Move(new() { Key = "small", Name = "Small", CpuMillis = 1000, MemoryMiB = 2048, DiskMiB = 10240 });
        server.Allocations.AddRange(template.Ports.Select((port, order) => new Allocation { Port = 26000 + order, ServerId = id, Name = port.Name, Order = order }));
        if (template.Install is not null) server.Install(wipe: false);
        return server;
    }

    internal static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Golden");
}
