using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panel.Contracts.Console;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Console;
using Panel.Core.Reconciling;

namespace Panel.Core.Servers;

/// <summary>
/// Stops a server whose program ends again and again: the cluster would start it for ever, at longer and longer distances. What was counted stands in its row, so
/// that neither the panel's own restart nor another replica begins anew.
/// </summary>
public sealed class CrashGuard(IDbContextFactory<PanelDb> databases, AuditLog audit, IOptionsMonitor<CrashOptions> options, Wake wake, SaidLines said)
{
    /// <summary>Counts what a pod tells, and stops the server where it was too often.</summary>
    /// <param name="server">The row, as the pass read it.</param>
    /// <param name="pod">What is seen of its pod.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <returns>Whether the row says something else now, so that the pass has to be made anew.</returns>
    internal async Task<bool> RunAsync(Server server, PodSeen? pod, CancellationToken cancellation)
    {
        var rules = options.CurrentValue;
        if (rules.Most == 0 || server is not { Intent: RunIntent.Running, Hold: Hold.None, Suspension: Suspension.None } || pod is not { Deleting: false } || pod.Starts != server.Starts) return false;
        var tally = CrashTally.Count(server.Crashes, pod, TimeSpan.FromMinutes(rules.WithinMinutes));
        if (tally is null || ReferenceEquals(tally, server.Crashes)) return false;

        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Servers.SingleOrDefaultAsync(row => row.Id == server.Id && row.Revision == server.Revision, cancellation) is not { } row) return Again(server);
        row.Crashes = tally;
        var reason = tally.Ends.Count < rules.Most ? null
            : $"Its program ended {tally.Ends.Count} times within {(rules.WithinMinutes == 1 ? "a minute" : $"{rules.WithinMinutes} minutes")}, last with {ServerProblem.Exit(pod.LastExit!)}.";
        if (reason is not null)
        {
            row.Halt(reason);
            audit.Add(db, Actor.Panel, "server.crash-loop", server.Id, server.Name, reason);
        }
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Again(server);
        }
        if (reason is null) return false;
        wake.Changed(server.Id);
        said.Say(server.Id, $"The panel stopped the server. {reason}", ConsoleSource.End);
        return true;
    }

    /// <summary>The row moved on: whatever is to be done is done by it as it is now.</summary>
    bool Again(Server server)
    {
        wake.Server(server.Id);
        return true;
    }
}
