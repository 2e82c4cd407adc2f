using System.Text.RegularExpressions;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Architecture;

/// <summary>Folders are capabilities; a game is data; nothing is left half done.</summary>
public sealed class NamesTests
{
    static readonly string[] Kinds =
        ["Services", "Helpers", "Utils", "Utilities", "Common", "Interfaces", "DTOs", "Dtos", "Models", "Managers", "Extensions", "Shared", "Misc"];

    /// <summary>What stands beside a project file: how it starts and what it is as a whole. All else has a folder.</summary>
    static readonly Dictionary<string, string[]> AtTheTop = new()
    {
        ["Panel.Contracts"] = ["NoControlCharactersAttribute", "WordConverter"],
        ["Panel.Core"] = ["PanelDb", "SqlitePanelDb", "PostgresPanelDb", "DatabaseSetup", "Converters", "CoreSetup", "PanelOptions", "FieldRules", "Mark"],
        ["Panel.Kube"] = ["KubeSetup", "KubeOptions", "ClusterCalls"],
        ["Panel.Games"] = ["Program"],
        ["Panel.LocalCluster"] = ["Program", "LocalClusterHost", "LocalClusterOptions", "IsolationStatus", "ClusterLoops", "ClusterSeed"],
        ["Panel.Web"] = ["Program", "PanelSetup", "SecurityHeaders"],
        ["Panel.Tests"] = [],
    };

    [Fact]
    public void Folder_is_named_for_a_capability() =>
        Assert.Empty(SourceTree.Files(".cs", ".razor").SelectMany(path => path.Split('/')[..^1]).Distinct().Intersect(Kinds));

    [Fact]
    public void File_lies_in_the_folder_of_its_capability() =>
        Assert.Empty(
            from path in SourceTree.Files(".cs", ".razor")
            let parts = path.Split('/')
            where parts.Length == 2 && AtTheTop.TryGetValue(parts[0], out var names) && !names.Contains(parts[1].Split('.')[0])
            select path);

    [Fact]
    public void Namespace_is_the_folder() =>
        Assert.Empty(
            from path in SourceTree.Files(".cs")
            where path.StartsWith("Panel.", StringComparison.Ordinal) && !path.Contains("/Migrations/")
            let declared = Regex.Match(SourceTree.Read(path), @"^namespace ([\w.]+);", RegexOptions.Multiline)
            where declared.Success && declared.Groups[1].Value != Path.GetDirectoryName(path)!.Replace('/', '.')
            select $"{path}: {declared.Groups[1].Value}");

    [Fact]
    public void Games_name_stands_only_in_data() =>
        Assert.Empty(
            from path in SourceTree.Files(".cs", ".razor", ".js")
            where !path.StartsWith("Panel.Games/", StringComparison.Ordinal) && !path.StartsWith("Panel.Tests/", StringComparison.Ordinal) && !path.StartsWith("Panel.Bench/", StringComparison.Ordinal)
            from Match match in Regex.Matches(SourceTree.Read(path), @"minecraft|luanti|minetest|openttd|teeworlds|\bitzg\b", RegexOptions.IgnoreCase)
            select $"{path}: {match.Value}");

    [Fact]
    public void Nothing_is_left_for_later() =>
        Assert.Empty(
            from path in SourceTree.Files(".cs", ".razor", ".js")
            where !path.EndsWith("/NamesTests.cs", StringComparison.Ordinal)
            from Match match in Regex.Matches(SourceTree.Read(path), @"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException|catch(\s*\([^)]*\))?\s*\{\s*\}")
            select $"{path}: {match.Value}");

    [Fact]
    public void Test_is_in_a_class_called_Tests() =>
        Assert.Empty(
            from path in SourceTree.Files(".cs")
            where path.StartsWith("Panel.Tests/", StringComparison.Ordinal) && !path.EndsWith("Tests.cs", StringComparison.Ordinal)
            where Regex.IsMatch(SourceTree.Read(path), @"^\s*\[(Fact|Theory)\b", RegexOptions.Multiline)
            select path);
}
