using System.IO.Pipelines;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Templates;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Templates;

/// <summary>Trying a template with a server that lives only for that, on a cluster in memory.</summary>
public sealed class TryTemplateTests : IAsyncLifetime
{
    CoreHost host = null!;
    Template template = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = (await CoreHost.OnSqliteAsync()).Reconcile();
        template = host.Get<TemplateCatalogue>().Find("demo")! with { Key = "tried", Name = "Tried", Ready = [], Install = new("panel/tools:1", "sh", "true"), Ports = [new("game", "UDP")] };
        await host.Get<EditTemplates>().SaveAsync(CoreHost.Admin, template, 0, Stop);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Template_that_runs_passes_all_stages_and_leaves_nothing()
    {
        var root = await host.AccountAsync("root", isAdmin: true);
        var steps = await TryAsync(root);
        Assert.Equal([TrialOutcome.Done, TrialOutcome.Done, TrialOutcome.Done, TrialOutcome.Done, TrialOutcome.Done, TrialOutcome.Done], Last(steps));
        Assert.Contains("UDP", steps.Last(step => step.Stage is TrialStage.Ports).Text, StringComparison.Ordinal);
        Assert.Empty(await host.Get<ServerQueries>().ListAsync(root, Stop));
    }

    [Fact]
    public async Task Install_that_fails_ends_it_with_the_reason_and_leaves_nothing()
    {
        host.Cluster.InstallEnds = InstallState.Failed;
        var root = await host.AccountAsync("root", isAdmin: true);
        var steps = await TryAsync(root);
        Assert.Equal([TrialOutcome.Done, TrialOutcome.Failed, TrialOutcome.Skipped, TrialOutcome.Skipped, TrialOutcome.Skipped, TrialOutcome.Done], Last(steps));
        Assert.NotEmpty(steps.Last(step => step.Stage is TrialStage.Install).Text);
        Assert.DoesNotContain("Reinstall", steps.Last(step => step.Stage is TrialStage.Install).Text, StringComparison.Ordinal);   // it is gone
        Assert.Empty(await host.Get<ServerQueries>().ListAsync(root, Stop));
    }

    [Theory]
    [InlineData(true, TrialOutcome.Failed, "Silent by TCP")]
    [InlineData(false, TrialOutcome.Done, "Answering by TCP")]
    public async Task Port_on_which_nothing_listens_is_silent_though_the_way_to_it_opens(bool refused, TrialOutcome outcome, string words)
    {
        template = template with { Key = "by-tcp", Ports = [new("game", "TCP")] };
        await host.Get<EditTemplates>().SaveAsync(CoreHost.Admin, template, 0, Stop);
        host.Reach.Connect = (_, _) =>
        {
            var pipe = new Pipe();
            if (refused) pipe.Writer.Complete(new IOException("Nothing listens on the port."));
            return Task.FromResult(pipe.Reader.AsStream());     // who listens may say nothing before it is spoken to
        };
        var ports = (await TryAsync(await host.AccountAsync("root", isAdmin: true))).Last(step => step.Stage is TrialStage.Ports);
        Assert.Equal(outcome, ports.Outcome);
        Assert.Contains(words, ports.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trial_that_is_cancelled_removes_its_server()
    {
        host.Cluster.InstallEnds = null;
        var root = await host.AccountAsync("root", isAdmin: true);
        using var cancelled = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var step in host.Get<TryTemplate>().RunAsync(root, template, "tiny", new Dictionary<string, string>(), cancelled.Token))
            {
                if (step is { Stage: TrialStage.Install, Outcome: TrialOutcome.Under }) cancelled.CancelAfter(TimeSpan.FromMilliseconds(100));
            }
        });
        await Deadline.UntilAsync("no server", async () => (await host.Get<ServerQueries>().ListAsync(root, Stop)).Count == 0);
    }

    [Fact]
    public async Task Whoever_may_not_change_templates_tries_none()
    {
        var ann = await host.AccountAsync();
        await Assert.ThrowsAsync<ForbiddenException>(() => TryAsync(ann));
        Assert.Empty(await host.Get<ServerQueries>().ListAsync(ann, Stop));
    }

    static IEnumerable<TrialOutcome> Last(List<TrialStep> steps) => Enum.GetValues<TrialStage>().Select(stage => steps.Last(step => step.Stage == stage).Outcome);

    async Task<List<TrialStep>> TryAsync(Actor actor)
    {
        var steps = new List<TrialStep>();
        await foreach (var step in host.Get<TryTemplate>().RunAsync(actor, template, "tiny", new Dictionary<string, string>(), Stop)) steps.Add(step);
        return steps;
    }
}
