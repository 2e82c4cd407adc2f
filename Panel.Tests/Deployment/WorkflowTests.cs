using System.Text.RegularExpressions;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Deployment;

/// <summary>What holds for every workflow: nobody else's code by a name that can be moved, and no right that is not asked for.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Workflows => [.. Directory.GetFiles(Path.Combine(SourceTree.Root, ".github/workflows"), "*.yml").Select(path => Path.GetFileName(path))];

    [Theory, MemberData(nameof(Workflows))]
    public void Actions_are_pinned_by_commit_and_say_their_version(string name)
    {
        var uses = Text(name).Split('\n').Where(line => line.Contains("uses:", StringComparison.Ordinal)).ToList();
        Assert.All(uses, line => Assert.Matches(Pinned(), line.Trim()));
        Assert.True(uses.Count > 0 || name != "ci.yml");
    }

    [Theory, MemberData(nameof(Workflows))]
    public void Nothing_is_allowed_unless_a_job_asks(string name)
    {
        var workflow = Chart.Read(Text(name));
        Assert.Empty(workflow["permissions"]!.AsObject());
        Assert.All(workflow["jobs"]!.AsObject(), job => Assert.True(job.Value!["timeout-minutes"] is not null, $"{job.Key} may run for ever"));
        Assert.DoesNotContain("write-all", Text(name), StringComparison.Ordinal);
        Assert.DoesNotContain("pull_request_target", Text(name), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Workflows))]
    public void Checkouts_leave_no_token_behind(string name)
    {
        var text = Text(name);
        Assert.Equal(Regex.Count(text, "uses: actions/checkout@"), Regex.Count(text, "persist-credentials: false"));
    }

    [Fact]
    public void Scripts_take_what_others_chose_by_variables_alone()
    {
        // ${{ github.ref_name }} in a script is text of a stranger that the shell runs
        foreach (var name in Directory.GetFiles(Path.Combine(SourceTree.Root, ".github/workflows"), "*.yml"))
        {
            foreach (var step in Chart.Read(File.ReadAllText(name))["jobs"]!.AsObject().SelectMany(job => job.Value!["steps"]!.AsArray()))
                Assert.DoesNotContain("${{", $"{step!["run"]}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Image_runs_as_nobody_and_answers_for_its_health()
    {
        var file = SourceTree.Read("Dockerfile");
        Assert.Matches(@"(?m)^USER 1654:1654$", file);
        Assert.Matches(@"(?m)^HEALTHCHECK .*""health""", file);
        // every project that the panel is made of is restored before the rest is copied
        foreach (var project in SourceTree.Files(".csproj").Where(path => !path.StartsWith("build/", StringComparison.Ordinal) && path is not ("Panel.Tests/Panel.Tests.csproj" or "Panel.Bench/Panel.Bench.csproj" or "Panel.Cli/Panel.Cli.csproj")))
        {
            Assert.Contains($"COPY {project} ", file, StringComparison.Ordinal);
            Assert.Contains($"!{project[..project.IndexOf('/', StringComparison.Ordinal)]}/\n", SourceTree.Read(".dockerignore"), StringComparison.Ordinal);
        }
        Assert.Equal(1654, Chart.Values["runAsUser"]!.GetValue<long>());
    }

    [Fact]
    public void Release_can_be_rolled_back_to_one_that_reads_its_keys() => Assert.Contains("<AssemblyVersion>1.0.0.0</AssemblyVersion>", SourceTree.Read("Directory.Build.props"), StringComparison.Ordinal);

    static string Text(string name) => SourceTree.Read($".github/workflows/{name}");

    [GeneratedRegex(@"^(- )?uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")]
    private static partial Regex Pinned();
}
