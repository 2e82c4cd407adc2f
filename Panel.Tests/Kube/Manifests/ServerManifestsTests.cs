using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Kube;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Kube.Wire;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Manifests;

public sealed class ServerManifestsTests
{
    static readonly JsonSerializerOptions Reading = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(), new IdConverter() },
    };

    public static TheoryData<string> Cases => [.. Golden.Cases("Cases")];

    [Theory, MemberData(nameof(Cases))]
    public void Manifest_is_that_of_the_case(string name)
    {
        var written = JsonSerializer.Deserialize<Case>(File.ReadAllText(Path.Combine(Folder(), name, "spec.json")), Reading)!;
        var options = written.Options ?? new KubeOptions();
        Golden.Equal(ManifestText.Of(written.Spec, options, written.Abilities ?? ClusterAbilities.All), $"Cases/{name}/expected.yaml");
    }

    [Fact]
    public void Another_start_is_no_other_template_and_another_secret_is()
    {
        var spec = Plain();
        Assert.Equal(HashOf(spec), HashOf(spec with { Starts = 7, DisplayName = "renamed", DiskMiB = 9999 }));
        Assert.NotEqual(HashOf(spec), HashOf(spec with { SecretEnvironment = new Dictionary<string, string> { ["TOKEN"] = "other" } }));
        Assert.NotEqual(HashOf(spec), HashOf(spec with { MemoryMiB = 1 }));
    }

    [Fact]
    public void Nothing_says_how_many_pods_run() => Assert.Null(ServerManifests.Of(Plain(), new(), ClusterAbilities.All).Set.Spec.Replicas);

    [Theory]
    [InlineData("1Gi", 512, "1Gi")]
    [InlineData("1Gi", 2048, "2048Mi")]
    [InlineData("1024Mi", 1024, "1024Mi")]
    public void A_claim_grows_and_never_shrinks(string now, int wish, string expected)
    {
        var existing = new PersistentVolumeClaim { Spec = new() { StorageClassName = "fast", AccessModes = ["ReadWriteOncePod"], Resources = new() { Requests = new() { ["storage"] = now } } } };
        var claim = ServerManifests.Claim(Plain() with { DiskMiB = wish }, new() { StorageClass = "other" }, existing);
        Assert.Equal(expected, claim.Spec.Resources!.Requests!["storage"]);
        Assert.Equal("fast", claim.Spec.StorageClassName);
        Assert.Equal(["ReadWriteOncePod"], claim.Spec.AccessModes!);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("^SIGTERM", null)]
    [InlineData("^C", "INT")]
    [InlineData("^SIGUSR1", "USR1")]
    [InlineData("^sigquit", "QUIT")]
    [InlineData("save and 'stop' $(now)", "save and 'stop' $(now)")]
    public void A_stop_command_is_an_argument_and_never_part_of_the_script(string? stop, string? argument) => Assert.Equal(argument, StopHook.Of(stop)?[^1]);

    [Fact]
    public void A_stop_that_a_program_hands_over_is_run_as_arguments_and_one_from_outside_is_waited_for_half_of_the_time()
    {
        var program = StopHook.Of(Plain() with { StopCommand = "stop 'now'", StopProgram = ["rcon-cli", "--", "stop 'now'"] })!;
        Assert.Equal(["panel-stop", "rcon-cli", "--", "stop 'now'"], program[3..]);
        Assert.DoesNotContain("now", program[2], StringComparison.Ordinal);
        Assert.Equal(["panel-stop", "50"], StopHook.Of(Plain() with { StopCommand = "stop", StoppedFromOutside = true, StopTimeout = TimeSpan.FromSeconds(20) })![3..]);
    }

    /// <summary>CVE-2023-32080: an install script of another panel ran privileged, and whoever wrote an egg had the machine.</summary>
    [Theory]
    [InlineData(false, ClusterMode.Kubernetes, true)]
    [InlineData(true, ClusterMode.Kubernetes, true)]
    [InlineData(true, ClusterMode.Kubernetes, false)]
    [InlineData(true, ClusterMode.Local, true)]
    public void Install_is_never_privileged_CVE_2023_32080(bool allowed, ClusterMode mode, bool wished)
    {
        var job = ServerManifests.Install(Plain() with { Install = new("example/installer:1", "bash", "id", 1, WipeFiles: true, Root: wished) }, new() { RootInstalls = allowed, Mode = mode });
        var pod = job.Spec.Template.Spec;
        var root = allowed && wished && mode == ClusterMode.Kubernetes;
        foreach (var container in pod.Containers.Concat(pod.InitContainers!))
        {
            var security = container.SecurityContext!;
            Assert.NotEqual(true, security.Privileged);
            Assert.Equal(false, security.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], security.Capabilities!.Drop!);
            Assert.Equal("RuntimeDefault", security.SeccompProfile!.Type);
            Assert.All(container.VolumeMounts!, mount => Assert.Equal("data", mount.Name));
            // what a package manager needs to write files for others in its own container, and nothing of a machine's
            if (root && container.Name == "install") Assert.Equal(["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"], security.Capabilities.Add!);
            else Assert.Equal((null, true, null), (security.RunAsUser, security.RunAsNonRoot, security.Capabilities.Add));
        }
        Assert.Equal(root ? 0 : null, pod.Containers[0].SecurityContext!.RunAsUser);
        Assert.All(pod.Volumes!, volume => Assert.NotNull(volume.PersistentVolumeClaim));
        var yaml = ManifestText.Yaml(Kinds.Jobs, job);
        Assert.DoesNotContain("hostPath", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("privileged", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("hostNetwork", yaml, StringComparison.Ordinal);
        // what root leaves behind belongs to the game's user
        Assert.Equal(root, yaml.Contains("chown -hR 1000:1000 /mnt/server", StringComparison.Ordinal));
    }

    [Theory, InlineData(256, "1024Mi"), InlineData(4096, "4096Mi")]
    public void Install_has_at_least_a_gibibyte_of_memory_and_reserves_what_the_server_has(int has, string limit)
    {
        var resources = ServerManifests.Install(Plain() with { MemoryMiB = has, Install = new("example/installer:1", "bash", "id", 1, false) }, new()).Spec.Template.Spec.Containers[0].Resources!;
        Assert.Equal((limit, $"{has}Mi"), (resources.Limits!["memory"], resources.Requests!["memory"]));
    }

    [Fact]
    public async Task Install_script_too_long_for_one_argument_arrives_whole()
    {
        var filler = string.Concat(Enumerable.Repeat("# 🎮 $(never) 'run' \\ \n\n", 20_000));
        var script = $"{filler}\necho \"$0 done $$\"; exit 3\n";
        var command = ServerManifests.Install(Plain() with { Install = new("example/installer:1", "bash", script, 1, false) }, new()).Spec.Template.Spec.Containers[0].Command!;
        Assert.All(command, part => Assert.True(System.Text.Encoding.UTF8.GetByteCount(part.Replace("$$", "$", StringComparison.Ordinal)) < 128 * 1024));
        using var folder = new TempFolder();
        await using var run = ConsoleProgram.Start(folder.Path, command[0], [.. command.Skip(1).Select(part => part.Replace("$$", "$", StringComparison.Ordinal).Replace("/tmp/panel-install", folder["script"], StringComparison.Ordinal))]);
        Assert.Equal(3, await run.ExitAsync());
        Assert.Equal(script, await File.ReadAllTextAsync(folder["script"], TestContext.Current.CancellationToken));
        Assert.Contains(" done ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Image_that_is_never_pulled_says_so_and_another_leaves_it_to_the_cluster()
    {
        Assert.Equal("Never", ServerManifests.Of(Plain() with { NeverPulled = true }, new(), ClusterAbilities.All).Set.Spec.Template.Spec.Containers[0].ImagePullPolicy);
        Assert.Null(ServerManifests.Of(Plain(), new(), ClusterAbilities.All).Set.Spec.Template.Spec.Containers[0].ImagePullPolicy);
        var install = ServerManifests.Install(Plain() with { Install = new("~example/installer:1", "bash", "id", 1, false) }, new()).Spec.Template.Spec.Containers[0];
        Assert.Equal(("example/installer:1", "Never"), (install.Image, install.ImagePullPolicy));
    }

    static string HashOf(ServerSpec spec) => ServerManifests.Of(spec, new(), ClusterAbilities.All).Set.Spec.Template.Metadata.Annotations![ServerObjects.TemplateHashAnnotation];

    static ServerSpec Plain() => new()
    {
        Id = new(Guid.Parse("0198a2f4-0000-7000-8000-000000000001")),
        ObjectName = "box-00000001",
        DisplayName = "box",
        OwnerId = "owner",
        Template = "test",
        Image = "example/game:1",
        SecretEnvironment = new Dictionary<string, string> { ["TOKEN"] = "secret" },
        MountPath = "/data",
        CpuMillis = 1000,
        MemoryMiB = 512,
        DiskMiB = 1024,
        Starts = 1,
    };

    static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Cases");

    sealed record Case(ServerSpec Spec, KubeOptions? Options = null, ClusterAbilities? Abilities = null);

    sealed class IdConverter : JsonConverter<ServerId>
    {
        public override ServerId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetGuid());

        public override void Write(Utf8JsonWriter writer, ServerId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
