using System.Text.RegularExpressions;
using System.Xml.Linq;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Architecture;

/// <summary>Who may know whom. A new arrow is a decision: change it here, and say why in docs/decisions.</summary>
public sealed class ReferencesTests
{
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Panel.Contracts"] = [],
        ["Panel.Core"] = ["Panel.Contracts"],
        ["Panel.Kube.Wire"] = [],
        ["Panel.Kube"] = ["Panel.Core", "Panel.Kube.Wire"],
        ["Panel.Games"] = [],
        ["Panel.LocalCluster"] = ["Panel.Games", "Panel.Kube.Wire"],
        ["Panel.Web"] = ["Panel.Kube", "Panel.LocalCluster"],
        ["Panel.Cli"] = ["Panel.Contracts"],
    };

    public static TheoryData<string> Projects => [.. SourceTree.Files(".csproj").Select(path => Path.GetFileNameWithoutExtension(path)).Where(Allowed.ContainsKey)];

    [Theory, MemberData(nameof(Projects))]
    public void Project_refers_only_to_what_it_may_know(string project)
    {
        var references = XDocument.Parse(SourceTree.Read($"{project}/{project}.csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!.Value.Replace('\\', '/'))).Order();
        Assert.Equal(Allowed[project].Order(), references);
    }

    [Fact]
    public void Every_project_has_its_place()
    {
        string[] atTheEdge = ["Panel.Tests", "Panel.Bench", "Design"];
        Assert.Empty(SourceTree.Files(".csproj").Select(path => Path.GetFileNameWithoutExtension(path)).Except([.. Allowed.Keys, .. atTheEdge]));
    }

    [Fact]
    public void Core_takes_only_identity_and_data_protection_from_the_web_framework() =>
        Assert.Empty(Uses("Panel.Core/", @"\bMicrosoft\.AspNetCore\.(?!Identity\b|DataProtection\b)\w+"));

    [Fact]
    public void Core_knows_no_Kubernetes_client() => Assert.Empty(Uses("Panel.Core/", @"\bPanel\.(Kube|LocalCluster|Web)\b"));

    [Fact]
    public void Kube_sees_no_database() => Assert.Empty(Uses("Panel.Kube/", @"\bPanelDb\b|\bMicrosoft\.EntityFrameworkCore\b"));

    [Fact]
    public void Local_cluster_takes_only_files_from_the_games() => Assert.Empty(Uses("Panel.LocalCluster/", @"\busing Panel\.Games\b|\bPanel\.Games\.\w+\("));

    [Fact]
    public void Pages_and_endpoints_see_neither_database_nor_cluster_client() =>
        Assert.Empty(Uses("Panel.Web/Components/", @"\bPanelDb\b|\bPanel\.(Kube|LocalCluster)\b").Concat(Uses("Panel.Web/Api/", @"\bPanelDb\b|\bPanel\.(Kube|LocalCluster)\b")));

    static IEnumerable<string> Uses(string folder, string pattern) =>
        from path in SourceTree.Files(".cs", ".razor")
        where path.StartsWith(folder, StringComparison.Ordinal) && !path.Contains("/Migrations/")
        from Match match in Regex.Matches(SourceTree.Read(path), pattern)
        select $"{path}: {match.Value}";
}
