using System.Runtime.CompilerServices;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Templates;

/// <summary>A stage of trying a template.</summary>
public enum TrialStage
{
    /// <summary>A server is made from it.</summary>
    Make,
    /// <summary>Its install script runs.</summary>
    Install,
    /// <summary>Its program starts and tells that it is ready.</summary>
    Start,
    /// <summary>Its TCP ports answer.</summary>
    Ports,
    /// <summary>It stops as it is told to.</summary>
    Stop,
    /// <summary>The server and its files are removed.</summary>
    Remove,
}

/// <summary>How a stage went.</summary>
public enum TrialOutcome
{
    /// <summary>It is not known yet.</summary>
    Under,
    /// <summary>Well.</summary>
    Done,
    /// <summary>Not well; the words say why.</summary>
    Failed,
    /// <summary>There was nothing to do, or one before it failed.</summary>
    Skipped,
}

/// <summary>News of a trial.</summary>
/// <param name="Stage">Which stage.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Server">The server that it is tried with.</param>
/// <param name="Text">In words.</param>
public sealed record TrialStep(TrialStage Stage, TrialOutcome Outcome, ServerId? Server = null, string Text = "");

/// <summary>Tries a template with a server that lives only for that, and tells how each stage went. The server is an ordinary one of whoever tries, and is removed with its files whatever happens.</summary>
public sealed class TryTemplate(CreateServer create, ChangePower power, DeleteServer delete, ServerOperations servers, ServerQueries queries, FollowServers following, IServerReach reach)
{
    static readonly TimeSpan InstallTime = TimeSpan.FromMinutes(30), StartTime = TimeSpan.FromMinutes(5), PortTime = TimeSpan.FromSeconds(10), RefusalTime = TimeSpan.FromSeconds(3), Grace = TimeSpan.FromMinutes(1);

    /// <summary>Tries it, and tells of each stage as it begins and as it ends.</summary>
    /// <param name="actor">Who tries; the server counts to their quota meanwhile.</param>
    /// <param name="template">The template, as it is saved.</param>
    /// <param name="plan">The plan of the server.</param>
    /// <param name="variables">Values by name; what is not named has its default.</param>
    /// <param name="cancellation">Ends the trial; the server is removed all the same.</param>
    /// <exception cref="ForbiddenException">The actor may not change templates, or not make servers.</exception>
    /// <exception cref="InvalidFieldException">A variable has no value that its rules let through, or there is no such plan.</exception>
    /// <exception cref="QuotaExceededException">The server would take more than is left.</exception>
    public async IAsyncEnumerable<TrialStep> RunAsync(Actor actor, Template template, string plan, IReadOnlyDictionary<string, string> variables, [EnumeratorCancellation] CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageTemplates);
        var name = $"Try: {template.Name[..Math.Min(template.Name.Length, 70)]}";
        yield return new(TrialStage.Make, TrialOutcome.Under);
        var id = await create.RunAsync(actor, new() { Name = name, Template = template.Key, Plan = plan, Variables = variables.ToDictionary(), Start = true }, cancellation);
        var there = true;
        try
        {
            yield return new(TrialStage.Make, TrialOutcome.Done, id);
            yield return new(TrialStage.Install, TrialOutcome.Under, id);
            var install = template.Install is null ? new(TrialStage.Install, TrialOutcome.Skipped, id, "There is nothing to install.") : await InstallAsync(actor, id, cancellation);
            yield return install;
            var start = new TrialStep(TrialStage.Start, TrialOutcome.Skipped, id);
            if (install.Outcome is not TrialOutcome.Failed)
            {
                yield return new(TrialStage.Start, TrialOutcome.Under, id);
                start = await StartAsync(actor, id, template, cancellation);
            }
            yield return start;
            if (start.Outcome is TrialOutcome.Done)
            {
                yield return new(TrialStage.Ports, TrialOutcome.Under, id);
                yield return await PortsAsync(actor, id, template, cancellation);
                yield return new(TrialStage.Stop, TrialOutcome.Under, id);
                yield return await StopAsync(actor, id, template, cancellation);
            }
            else
            {
                yield return new(TrialStage.Ports, TrialOutcome.Skipped, id);
                yield return new(TrialStage.Stop, TrialOutcome.Skipped, id);
            }
            yield return new(TrialStage.Remove, TrialOutcome.Under, id);
            await delete.RunAsync(actor, id, name, CancellationToken.None);
            there = false;
            var gone = await UntilAsync(actor, id, _ => false, StartTime, cancellation) is null;
            yield return gone ? new(TrialStage.Remove, TrialOutcome.Done, id) : new(TrialStage.Remove, TrialOutcome.Failed, id, "It is not gone yet; the panel goes on removing it.");
        }
        finally
        {
            if (there) await delete.RunAsync(actor, id, name, CancellationToken.None);
        }
    }

    async Task<TrialStep> InstallAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        var row = await UntilAsync(actor, id, row => row.Phase is not ServerPhase.Installing, InstallTime, cancellation);
        var server = await servers.ReadAsync(actor, id, null, cancellation);
        return server.Hold switch
        {
            Hold.None => new(TrialStage.Install, TrialOutcome.Done, id),
            Hold.Installing => new(TrialStage.Install, TrialOutcome.Failed, id, $"The script has not ended within {InstallTime.TotalMinutes:0} minutes."),
            _ => new(TrialStage.Install, TrialOutcome.Failed, id, server.HoldReason is { Length: > 0 } why ? why : row?.Phase is ServerPhase.Failing ? "The script failed." : row?.Reason ?? "The script failed."),
        };
    }

    async Task<TrialStep> StartAsync(Actor actor, ServerId id, Template template, CancellationToken cancellation)
    {
        var row = await UntilAsync(actor, id, row => row.Phase is ServerPhase.Running or ServerPhase.Failing, StartTime, cancellation);
        return row?.Phase switch
        {
            ServerPhase.Running => new(TrialStage.Start, TrialOutcome.Done, id, template.Ready.Count == 0 ? "It runs; no line says that it is ready." : "Its console said that it is ready."),
            ServerPhase.Failing => new(TrialStage.Start, TrialOutcome.Failed, id, row?.Reason ?? "Its program ended."),
            _ => new(TrialStage.Start, TrialOutcome.Failed, id, $"No line that means ready came within {StartTime.TotalMinutes:0} minutes."),
        };
    }

    async Task<TrialStep> PortsAsync(Actor actor, ServerId id, Template template, CancellationToken cancellation)
    {
        var server = await servers.ReadAsync(actor, id, null, cancellation);
        var (answer, silent, unknown) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var port in template.Ports)
        {
            var number = server.Allocations.First(allocation => allocation.Name == port.Name).Port;
            // who listens on UDP does not say so
            if (!port.Protocols().Contains("TCP")) unknown.Add($"{port.Name} {number}");
            else if (await AnswersAsync(server.ObjectName, number, cancellation)) answer.Add($"{port.Name} {number}");
            else silent.Add($"{port.Name} {number}");
        }
        // a port of both protocols may be used by one of them alone
        var failed = silent.Where(name => template.Ports.Any(port => port.Protocol == "TCP" && name.StartsWith($"{port.Name} ", StringComparison.Ordinal))).ToList();
        var words = string.Join(" ", new[] { Words("Answering by TCP", answer), Words("Silent by TCP", silent), Words("Not to be told from outside (UDP)", unknown) }.OfType<string>());
        return new(TrialStage.Ports, template.Ports.Count == 0 ? TrialOutcome.Skipped : failed.Count > 0 ? TrialOutcome.Failed : TrialOutcome.Done, id, words);
    }

    async Task<bool> AnswersAsync(string objectName, int port, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(PortTime);
        var connected = false;
        try
        {
            await using var stream = await reach.ConnectAsync(objectName, port, patience.Token);
            connected = true;
            // that nothing listens is told by the first read alone; who listens may wait for a word first
            patience.CancelAfter(RefusalTime);
            await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, patience.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return connected; }
        catch (Exception fault) when (fault is PanelException or IOException) { return false; }
    }

    async Task<TrialStep> StopAsync(Actor actor, ServerId id, Template template, CancellationToken cancellation)
    {
        await power.RunAsync(actor, id, PowerAction.Stop, cancellation);
        var row = await UntilAsync(actor, id, row => row.Phase is ServerPhase.Offline, TimeSpan.FromSeconds(template.StopSeconds) + Grace, cancellation);
        return row?.Phase is ServerPhase.Offline ? new(TrialStage.Stop, TrialOutcome.Done, id) : new(TrialStage.Stop, TrialOutcome.Failed, id, $"It has not stopped by {template.Stop}, nor when it was killed.");
    }

    /// <summary>The server as soon as it is as wanted, or as it is when time is up; null once it is gone.</summary>
    async Task<ServerRow?> UntilAsync(Actor actor, ServerId id, Func<ServerRow, bool> wanted, TimeSpan limit, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(limit);
        ServerRow? row = null;
        try
        {
            await foreach (var _ in following.RunAsync(actor, patience.Token))
            {
                row = (await queries.ListAsync(actor, [id], patience.Token)).SingleOrDefault();
                if (row is null || wanted(row)) return row;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return row; }
        return row;
    }

    static string? Words(string what, List<string> ports) => ports.Count == 0 ? null : $"{what}: {string.Join(", ", ports)}.";
}
