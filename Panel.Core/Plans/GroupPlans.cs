using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Plans;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.SingleSignOn;

namespace Panel.Core.Plans;

/// <summary>
/// Which plans the groups of single sign-on may choose. Plans are rows of the database, so what is said of them lies there too; which groups
/// somebody has, the provider says at each sign-in.
/// </summary>
public sealed class GroupPlans(IDbContextFactory<PanelDb> databases, OpenIdProviders providers, AuditLog audit, AccountChanges changes)
{
    const int MaxGroups = 500;

    /// <summary>The providers, with the groups that plans are for.</summary>
    /// <exception cref="ForbiddenException">The actor may not change plans.</exception>
    public async Task<IReadOnlyList<ProviderPlans>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManagePlans);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var plans = await db.Plans.AsNoTracking().Where(plan => plan.Limited).OrderBy(plan => plan.Order).ThenBy(plan => plan.Key).ToListAsync(cancellation);
        var named = plans.SelectMany(plan => plan.Groups.Select(group => (Group: ProviderGroups.Parse(group), plan.Key))).ToLookup(one => one.Group.Provider);
        return [.. providers.All.Select(provider => View(provider.Options, named[provider.Options.Key].GroupBy(one => one.Group.Group, one => one.Key, StringComparer.Ordinal)))];
    }

    /// <summary>Says which of the limited plans the people of a group may choose. Servers that have one already keep it.</summary>
    /// <exception cref="ForbiddenException">The actor may not change plans.</exception>
    /// <exception cref="InvalidFieldException">A field breaks a rule, or a plan is none that is limited.</exception>
    /// <exception cref="NotFoundException">There is no such provider.</exception>
    public async Task SetAsync(Actor actor, GroupPlansRequest request, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManagePlans);
        FieldRules.Require(request);
        var options = (providers.Find(request.Provider) ?? throw new NotFoundException("Provider")).Options;
        var group = ProviderGroups.Of(options.Key, request.Group.Trim());
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await EditPlans.LockAsync(db, cancellation);
        var plans = await db.Plans.Where(plan => plan.Limited).OrderBy(plan => plan.Order).ToListAsync(cancellation);
        if (request.Plans.FirstOrDefault(key => plans.TrueForAll(plan => plan.Key != key)) is { } open) throw new InvalidFieldException(nameof(request.Plans), $"There is no plan {open} that is for named people only.");
        if (plans.SelectMany(plan => plan.Groups).Append(group).Distinct().Count() > MaxGroups) throw new ConflictException($"There are {MaxGroups} groups already.");
        var (before, after) = (Names(plans.Where(plan => plan.Groups.Contains(group))), Names(plans.Where(plan => request.Plans.Contains(plan.Key))));
        if (before == after) return;
        audit.Add(db, actor, "plan.group", null, group, after.Length == 0 ? "no plans" : after, new AuditChanges().Set("plans", before, after));
        foreach (var plan in plans) plan.Groups = request.Plans.Contains(plan.Key) ? [.. plan.Groups, group] : [.. plan.Groups.Where(other => other != group)];
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(AccountChanges.All);
    }

    static string Names(IEnumerable<Plan> plans) => string.Join(", ", plans.Select(plan => plan.Name));

    static ProviderPlans View(ProviderOptions options, IEnumerable<IGrouping<string, string>> groups) =>
        new(options.Key, options.Name, options.Issuer, options.GroupClaim, [.. groups.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new GroupPlanRow(group.Key, [.. group]))])
        {
            CreatesAccounts = options.CreateAccounts,
            LinksByEmail = options.LinkByEmail,
            RoleClaim = options.RoleClaim,
            Roles = [.. options.Roles.Select(rule => $"{rule.Value} → {rule.Role}")],
            Limits = [.. options.Groups.Select(rule => rule.Value)],
        };
}
