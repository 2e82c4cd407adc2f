using Panel.Contracts.Servers;
using Panel.Core.Console;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Console;

/// <summary>Troubles that consoles tell of: found by the hub once a run, and there as long as they apply.</summary>
public sealed class TroublesTests
{
    const string Eula = "You need to agree to the EULA in order to run the server.";

    static readonly ExitSeen Exit = new(1, "Error", null, DateTimeOffset.UtcNow.AddSeconds(1));

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static async Task<IReadOnlyList<string>> SeenAsync(ConsoleStage stage) =>
        [.. (await stage.Get<ServerQueries>().FindAsync(stage.Owner, stage.Id, Stop)).Troubles.Select(trouble => trouble.Feature)];

    static Task UntilAsync(ConsoleStage stage, params string[] features) =>
        Deadline.UntilAsync($"the troubles {string.Join(", ", features)}", async () => (await SeenAsync(stage)).SequenceEqual(features), TimeSpan.FromSeconds(15));

    [Fact]
    public async Task Trouble_is_seen_by_whoever_comes_later_also_when_the_program_ended()
    {
        await using var stage = await ConsoleStage.BeginAsync("eula", "pid_limit", "lava_lamp");
        stage.Show(ConsoleStage.Running());
        stage.Source.Write("Starting", "\u001b[33m" + Eula + "\u001b[0m");
        await UntilAsync(stage, "eula");
        stage.Show(ConsoleStage.Running() with { Running = false, LastExit = Exit });
        await stage.UntilShownAsync("The server stopped");
        Assert.Equal(["eula"], await SeenAsync(stage));
        var trouble = Assert.Single((await stage.Get<ServerQueries>().FindAsync(stage.Owner, stage.Id, Stop)).Troubles);
        Assert.Equal(Eula, trouble.Line);
    }

    [Fact]
    public async Task Trouble_stays_while_the_cluster_starts_the_program_again_and_goes_once_it_is_ready()
    {
        await using var stage = await ConsoleStage.BeginAsync("eula");
        stage.Show(ConsoleStage.Running());
        stage.Source.Write(Eula);
        await UntilAsync(stage, "eula");
        var mark = (await stage.Get<ServerQueries>().FindAsync(stage.Owner, stage.Id, Stop)).Troubles[0].Mark;
        stage.Source.Restart();
        stage.Show(ConsoleStage.Running(restarts: 1, last: Exit));
        stage.Source.Write("second run", Eula);
        await stage.UntilShownAsync("second run");
        await UntilAsync(stage, "eula");
        Assert.Equal(mark, (await stage.Get<ServerQueries>().FindAsync(stage.Owner, stage.Id, Stop)).Troubles[0].Mark); // dismissed once, dismissed for this start
        stage.Source.Restart();
        stage.Show(ConsoleStage.Running(restarts: 2, last: Exit));
        stage.Source.Write("Done");
        await UntilAsync(stage);
    }

    [Fact]
    public async Task Start_anew_begins_without_it()
    {
        await using var stage = await ConsoleStage.BeginAsync("eula", "pid_limit");
        stage.Show(ConsoleStage.Running());
        stage.Source.Write(Eula, "pthread_create failed");
        await UntilAsync(stage, "eula", "pid_limit");
        await stage.Get<ChangePower>().RunAsync(stage.Owner, stage.Id, PowerAction.Restart, Stop);
        Assert.Empty(await SeenAsync(stage)); // at once, before its pod is gone
        stage.Source.Restart();
        stage.Show(ConsoleStage.Running(pod: 2) with { Starts = 2 });
        stage.Source.Write("second start");
        await stage.UntilShownAsync("second start");
        Assert.Empty(stage.Observed.Troubles);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Restart_of_the_panel_keeps_it(bool runs)
    {
        await using var stage = await ConsoleStage.BeginAsync("eula");
        var pod = ConsoleStage.Running();
        stage.Show(pod);
        stage.Source.Write(Eula, "and more");
        await UntilAsync(stage, "eula");
        if (!runs)
        {
            stage.Show(pod = pod with { Running = false, LastExit = Exit });
            await stage.UntilShownAsync("The server stopped");
        }
        await stage.KeepAsync();
        await stage.RestartAsync();
        await UntilAsync(stage, "eula"); // also before the cluster is seen: somebody opens the console
        stage.Show(pod);
        await stage.UntilShownAsync("and more");
        Assert.Equal(["eula"], await SeenAsync(stage));
    }

    [Fact]
    public async Task Restart_of_the_panel_does_not_bring_back_what_was_mended()
    {
        await using var stage = await ConsoleStage.BeginAsync("eula", "pid_limit");
        stage.Show(ConsoleStage.Running());
        stage.Source.Write(Eula);
        await UntilAsync(stage, "eula");
        stage.Source.Restart();
        stage.Show(ConsoleStage.Running(restarts: 1, last: Exit));
        stage.Source.Write("Done", "<eve> " + Eula, "pthread_create failed");
        await UntilAsync(stage, "pid_limit");
        await stage.KeepAsync();
        await stage.RestartAsync();
        await UntilAsync(stage, "pid_limit");
    }

    [Fact]
    public async Task Install_tells_too_until_it_is_tried_again()
    {
        await using var stage = await ConsoleStage.BeginAsync("steam_disk_space");
        stage.Show(null, new(1, InstallState.Running, null));
        stage.Source.WriteInstall("Error! App '1' state is 0x202 after update job.");
        await UntilAsync(stage, "steam_disk_space");
        stage.Show(null, new(1, InstallState.Failed, "It ended with code 1."));
        await stage.UntilShownAsync("The install failed");
        Assert.Equal(["steam_disk_space"], await SeenAsync(stage));
        stage.Show(null, new(2, InstallState.Running, null));
        await Deadline.UntilAsync("nothing of the install before", () => stage.Observed.Troubles.All(trouble => trouble.Source == "install-2"));
    }

    [Fact]
    public async Task Template_that_names_no_features_has_no_troubles()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        stage.Source.Write(Eula, "the end");
        await stage.UntilShownAsync("the end");
        Assert.Empty(stage.Observed.Troubles);
    }
}
