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
