using Panel.Core.Servers;
using Panel.Core.Templates.Eggs;
using Panel.Kube;
using Panel.Kube.Servers;
using Panel.Tests.Kube.Manifests;
using Panel.Tests.LocalCluster.Kubectl;
using Xunit;

namespace Panel.Tests.Templates.Eggs;

/// <summary>The objects of servers made of eggs, before a cluster that takes every field at its word and stores none.</summary>
[Trait("Lane", "cluster")]
public sealed class EggObjectsTests(KubectlCluster cluster)
{
    [Fact]
    public async Task Objects_of_each_kept_egg_are_accepted_by_the_cluster() =>
        await AcceptedAsync(GoldenEggTests.Cases.Select(one => File.ReadAllText(Directory.EnumerateFiles(Path.Combine(GoldenEggTests.Folder(), one.Data), "egg.*").Single())));

    [Fact]
    public async Task Objects_of_each_real_egg_are_accepted_by_the_cluster()
    {
        Assert.SkipWhen(EggCorpusTests.Folder is null, "PANEL_TEST_EGGS names no folder of eggs.");
        await AcceptedAsync(EggCorpusTests.Eggs(EggCorpusTests.Folder).Select(file => File.ReadAllText(Path.Combine(EggCorpusTests.Folder, file))));
    }

    async Task AcceptedAsync(IEnumerable<string> eggs)
    {
        await using var space = await cluster.OpenAsync();
        var objects = eggs.Select((egg, number) =>
        {
            var template = Egg.Read(egg).Template;
            return ManifestText.Of(GoldenEggTests.Server(template, [], number).Spec(template, "UTC", "ann@example.org"), new(), ClusterAbilities.All);
        }).ToList();
        var said = await space.ApplyAsync(string.Join("---\n", objects), "--dry-run=server", "--validate=strict");
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.EndsWith("created (server dry run)", line, StringComparison.Ordinal));
        Assert.Equal(objects.Count, lines.Count(line => line.StartsWith("statefulset.apps/", StringComparison.Ordinal)));
        Assert.Equal("", await space.OkAsync("get", "statefulsets,jobs,pods", "-o", "name"));
    }
}
