using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Plans;
using Panel.Core.Servers;
using Panel.Core.Templates;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Games;

/// <summary>
/// Shipped games whose programs no test runs. Bedrock's and Valheim's cannot run on one machine: they are Mojang's, which its image fetches,
/// and Steam's, which needs 32-bit libraries. Terraria's (50 MB) and Xonotic's (1 GB) are not fetched from their makers by every test run.
/// What Panel makes of them is given to a cluster all the same, which takes it; and the catalogue says why one does not run here.
/// </summary>
[Trait("Lane", "cluster")]
public sealed class GamesNotRunHereTests(Cluster cluster)
{
    static readonly TemplateCatalogue Catalogue = new(Options.Create(new PanelOptions { DataDirectory = "/nonexistent" }), NullLogger<TemplateCatalogue>.Instance);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("minecraft-bedrock", "EULA", "TRUE")]
    [InlineData("valheim", "SERVER_PASS", "a-long-word")]
    [InlineData("terraria", "PASSWORD", "")]
    [InlineData("xonotic", "MOTD", "Hello \u00FC \uD83C\uDFAE")]
    public async Task Objects_of_a_game_that_is_not_run_here_are_taken_by_the_cluster(string key, string env, string value)
    {
        await using var space = await cluster.OpenAsync();
        var template = Catalogue.Find(key)!;
        var server = new Server(ServerId.New(), "ann", $"A {template.Name}", key, template.Images.First().Key, DateTimeOffset.UtcNow) { Variables = new() { [env] = value } };
        server.Move(new Plan { Key = "p", Name = "P", CpuMillis = 1000, MemoryMiB = template.MinMemoryMiB, DiskMiB = template.Advice!.DiskMiB!.Value });
        foreach (var (port, order) in template.Ports.Select((port, order) => (port, order))) server.Allocations.Add(new() { Port = 26000 + order, ServerId = server.Id, Name = port.Name, Order = order });
        if (template.Install is not null) server.Install(wipe: false);
        var spec = server.Spec(template, "UTC");

        await space.Servers.ApplyAsync(spec, Stop);
        var made = (await space.Client.FindAsync(Kinds.StatefulSets, space.Space, spec.ObjectName, Stop))!;
        var container = made.Spec.Template.Spec.Containers.Single();
        Assert.Equal((0, template.Images.First().Value), (made.Spec.Replicas, container.Image));
        Assert.Equal(template.Ports.SelectMany(port => port.Protocols()), container.Ports!.Select(port => port.Protocol));
        Assert.Equal(value, spec.SecretEnvironment.GetValueOrDefault(env) ?? spec.Environment[env]);
        if (spec.Install is not { } install) return;
        Assert.DoesNotContain('\r', install.Script);

        // the job as it is, but for what it would fetch
        await space.Servers.InstallAsync(spec with { Install = install with { Script = "exit 0" } }, Stop);
        var job = (await space.Client.FindAsync(Kinds.Jobs, space.Space, ServerObjects.InstallJob(spec.ObjectName, 1), Stop))!;
        Assert.Equal(template.Install!.Image, job.Spec.Template.Spec.Containers.Single().Image);
    }

    [Fact]
    public async Task Catalogue_says_which_of_them_this_machine_lacks_something_for_and_what()
    {
        await using var host = await GameHost.StartAsync();
        await Deadline.UntilAsync("what runs here", () => host.Get<ObservedCluster>().Missing is not null);
        var bedrock = Assert.Single(Lacks("minecraft-bedrock"));
        Assert.Contains("a Kubernetes cluster, which fetches images", bedrock.Advice, StringComparison.Ordinal);
        if (!File.Exists("/lib/ld-linux.so.2")) Assert.Contains("32-bit libraries", Assert.Single(Lacks("valheim")).Advice, StringComparison.Ordinal);
        Assert.Empty(Lacks("xonotic"));
        Assert.Empty(Lacks("terraria"));

        IReadOnlyList<Panel.Core.Servers.MissingProgram> Lacks(string key) => host.Get<TemplateCatalogue>().Find(key)!.Lacks(null, host.Get<ObservedCluster>().Missing!);
    }
}
