using Microsoft.EntityFrameworkCore;
using Panel.Core.Access;
using Panel.Core.Accounts;

namespace Panel.Core.Audit;

/// <summary>
/// Notes who signed in, and who failed to. Failures are bounded, so that nobody fills the audit from outside: those beyond are counted, and
/// told with the next that is noted. What was typed is never noted, for it may be a password; an account that exists is named.
/// </summary>
public sealed class AuditSignIns(IDbContextFactory<PanelDb> databases, AuditLog audit, TimeProvider clock)
{
    /// <summary>How many failures are noted in a minute, of one address and of all.</summary>
    internal const int MostOfOne = 5, MostOfAll = 60;

    readonly Lock gate = new();
    readonly Dictionary<string, int> noted = [];
    long minute, passedOver;
    int all;

    /// <summary>Notes that somebody signed in.</summary>
    /// <param name="account">The account.</param>
    /// <param name="address">The IP address it came from, or null.</param>
    /// <param name="how">By what beside the password, in words; empty for that alone.</param>
    /// <param name="cancellation">Ends the writing.</param>
    public Task SucceededAsync(Account account, string? address, string how, CancellationToken cancellation) =>
        AddAsync(new(account.Id, account.UserName ?? "", new HashSet<string>(), address), "account.sign-in", account.UserName ?? "", how, cancellation);

    /// <summary>Notes that somebody did not get in, unless there were too many already.</summary>
    /// <param name="account">The account that was tried; null when there is none of that name.</param>
    /// <param name="address">The IP address it came from, or null.</param>
    /// <param name="why">In words.</param>
    /// <param name="cancellation">Ends the writing.</param>
    public Task FailedAsync(Account? account, string? address, string why, CancellationToken cancellation)
    {
        if (Take(address ?? "") is not { } more) return Task.CompletedTask;
        var detail = more == 0 ? why : $"{why}, and {more} more failures since the last that was noted";
        // nobody proved to be anybody: the one who acts is a stranger
        return AddAsync(new("", "Somebody", new HashSet<string>(), address), "account.sign-in-failed", account?.UserName ?? "", detail, cancellation);
    }

    async Task AddAsync(Actor actor, string action, string subject, string detail, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        audit.Add(db, actor, action, null, subject, detail);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Whether a failure is noted: how many were passed over before it, or null.</summary>
    long? Take(string address)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;
            if (now != minute)
            {
                (minute, all) = (now, 0);
                noted.Clear();
            }
            var ofOne = noted.GetValueOrDefault(address);
            if (all >= MostOfAll || ofOne >= MostOfOne)
            {
                passedOver++;
                return null;
            }
            noted[address] = ofOne + 1;
            all++;
            var before = passedOver;
            passedOver = 0;
            return before;
        }
    }
}
