using System.Text.Json.Nodes;
using Panel.Core.Servers;
using Panel.Tests.LocalCluster.Kubelet;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Servers;

[Trait("Lane", "cluster")]
public sealed class ProgramWatchTests
{
    [Fact]
    public async Task Program_that_a_node_lacks_is_known_until_it_is_installed()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["recipes"]);
        var program = folder["bin/example-server"];
        var recipes = new JsonArray(new JsonObject
        {
            ["image"] = "example/game:*",
            ["entrypoint"] = new JsonArray(program),
            ["needs"] = new JsonArray(new JsonObject { ["path"] = program, ["advice"] = "Debian: apt-get install example-server." }, new JsonObject { ["path"] = folder["{tag}"], ["advice"] = "Not asked." }),
        });
        await File.WriteAllTextAsync(folder["recipes/example.json"], recipes.ToJsonString(), TestContext.Current.CancellationToken);
        await using var machine = await LocalMachine.StartAsync(options: options => options.ImagesDirectory = folder["recipes"]);
        await using var space = new ClusterSpace(machine.Host.KubeconfigPath, "test-programs");
        await space.WatchAsync();
        var cluster = space.Get<ObservedCluster>();

        await Deadline.UntilAsync("what is missing", () => cluster.Missing is not null);
        Assert.Equal([new MissingProgram("example/game:*", program, "Debian: apt-get install example-server.")], cluster.Missing!.Where(missing => missing.Image.StartsWith("example/", StringComparison.Ordinal)));
        Assert.True(cluster.Missing![0].Concerns("example/game:1.2") && !cluster.Missing[0].Concerns("example/gamer:1.2"));

        // an image that no recipe stands for does not run here, and the node says which those are
        bool Known(string image) => !cluster.Missing!.Any(missing => missing.Except is not null && missing.Concerns(image));
        Assert.True(Known("example/game:1") && Known("ghcr.io/parkervcp/yolks:java_21") && Known("ghcr.io/pelican-eggs/installers:alpine") && Known("debian:bookworm-slim") && Known("alpine"));
        Assert.False(Known("docker.io/somebody/game:1") || Known("ghcr.io/parkervcp/other:1"));

        Directory.CreateDirectory(folder["bin"]);
        await File.WriteAllTextAsync(program, "", TestContext.Current.CancellationToken);
        await Deadline.UntilAsync("nothing to be missing", () => cluster.Missing!.All(missing => missing.Image != "example/game:*"));
    }
}
