using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Contracts.Plans;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Database;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Templates;

namespace Panel.Core.Plans;

/// <summary>Makes and changes plans. Servers that have one keep the limits they were given, whatever becomes of the plan.</summary>
public sealed class EditPlans(IDbContextFactory<PanelDb> databases, TemplateCatalogue templates, AuditLog audit, AccountChanges changes, IOptionsMonitor<NodePoolOptions> nodes)
{
    const int MaxPlans = 200, MaxKey = 40;

    /// <summary>Makes a plan, after those there are.</summary>
    /// <returns>Its key.</returns>
    /// <exception cref="ForbiddenException">The actor may not change plans.</exception>
    /// <exception cref="InvalidFieldException">A field breaks a rule, or another plan has the name.</exception>
    public async Task<string> CreateAsync(Actor actor, PlanRequest request, CancellationToken cancellation)
    {
        await CheckAsync(actor, request, cancellation);
        var key = "";
        await ChangeAsync(actor, "plan.create", plans =>
        {
            if (plans.Count >= MaxPlans) throw new ConflictException($"There are {MaxPlans} plans already.");
            RequireFree(plans, request.Name, except: null);
            RequirePool(request.NodePool, had: "");
            key = Key(request.Name, plans.Select(plan => plan.Key).ToHashSet(StringComparer.Ordinal));
            var plan = new Plan { Key = key, Name = request.Name.Trim(), CpuMillis = request.CpuMillis, MemoryMiB = request.MemoryMiB, DiskMiB = request.DiskMiB, Order = plans.Count, NodePool = request.NodePool, Templates = [.. request.Templates] };
            OpenTo(plan, request);
            plans.Add(plan);
            return (plan, $"{plan.CpuMillis}m CPU, {plan.MemoryMiB} MiB of memory, {plan.DiskMiB} MiB of disk{(plan.Limited ? $", for the roles: {string.Join(", ", plan.Roles.Order(StringComparer.Ordinal))}" : "")}");
        }, cancellation);
        return key;
    }

    /// <summary>Changes a plan. Servers get the new limits when they are moved to it again, and keep it also where it is no longer for their owner.</summary>
    /// <exception cref="NotFoundException">There is no such plan.</exception>
    /// <inheritdoc cref="CreateAsync"/>
    public async Task ChangeAsync(Actor actor, string key, PlanRequest request, CancellationToken cancellation)
    {
        await CheckAsync(actor, request, cancellation);
        await ChangeAsync(actor, "plan.change", plans =>
        {
            var plan = Find(plans, key);
            RequireFree(plans, request.Name, except: plan);
            RequirePool(request.NodePool, had: plan.NodePool);
            (plan.Name, plan.CpuMillis, plan.MemoryMiB, plan.DiskMiB, plan.NodePool, plan.Templates) = (request.Name.Trim(), request.CpuMillis, request.MemoryMiB, request.DiskMiB, request.NodePool, [.. request.Templates]);
            OpenTo(plan, request);
            return (plan, "");
        }, cancellation);
    }

    /// <summary>Puts a plan elsewhere among the others.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="key">The plan.</param>
    /// <param name="place">Its new place, from 0; one that is beyond the ends means the end.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="ForbiddenException">The actor may not change plans.</exception>
    /// <exception cref="NotFoundException">There is no such plan.</exception>
    public Task MoveAsync(Actor actor, string key, int place, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManagePlans);
        return ChangeAsync(actor, "plan.move", plans =>
        {
            var plan = Find(plans, key);
            plans.Remove(plan);
            plans.Insert(Math.Clamp(place, 0, plans.Count), plan);
            return (plan, $"to place {plans.IndexOf(plan) + 1}");
        }, cancellation, told: plan => new AuditChanges().Set("order", null, $"{plan.Order + 1}"));
    }

    /// <summary>Offers a plan no more, or again. Servers that have it keep it.</summary>
    /// <exception cref="ForbiddenException">The actor may not change plans.</exception>
    /// <exception cref="NotFoundException">There is no such plan.</exception>
    public Task RetireAsync(Actor actor, string key, bool retired, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManagePlans);
        return ChangeAsync(actor, retired ? "plan.retire" : "plan.bring-back", plans =>
        {
            var plan = Find(plans, key);
            plan.Retired = retired;
            return (plan, "");
        }, cancellation);
    }

    async Task ChangeAsync(Actor actor, string action, Func<List<Plan>, (Plan Plan, string Detail)> change, CancellationToken cancellation, Func<Plan, AuditChanges>? told = null)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await LockAsync(db, cancellation);
        var plans = await db.Plans.OrderBy(plan => plan.Order).ThenBy(plan => plan.Key).ToListAsync(cancellation);
        var known = plans.ToHashSet();
        var (plan, detail) = change(plans);
        db.Plans.AddRange(plans.Where(one => !known.Contains(one)));
        foreach (var (place, one) in plans.Index()) one.Order = place;
        audit.Add(db, actor, action, null, plan.Name, detail, told?.Invoke(plan));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(AccountChanges.All);   // whoever chooses at this moment sees what there is now
    }

    /// <summary>One change of plans at a time: names, places and groups are a matter of all of them. It has to be the transaction's first statement.</summary>
    internal static Task LockAsync(PanelDb db, CancellationToken cancellation) =>
        db.Marks.Where(mark => mark.Name == Mark.Plans).ExecuteUpdateAsync(set => set.SetProperty(mark => mark.Stamp, mark => mark.Stamp + 1), cancellation);

    // a plan for everybody keeps no names that would count again once it is limited anew
    static void OpenTo(Plan plan, PlanRequest request)
    {
        plan.Limited = request.Limited;
        plan.Roles = request.Limited ? [.. request.Roles] : [];
        if (!request.Limited) plan.Groups = [];
    }

    async Task CheckAsync(Actor actor, PlanRequest request, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManagePlans);
        FieldRules.Require(request);
        if (request.Templates.FirstOrDefault(template => templates.Find(template) is null) is { } unknown) throw new InvalidFieldException(nameof(request.Templates), $"There is no game {unknown}.");
        if (request.Roles.Count == 0) return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var roles = await db.Roles.Select(role => role.Key).ToListAsync(cancellation);
        if (request.Roles.FirstOrDefault(role => !roles.Contains(role)) is { } nobody) throw new InvalidFieldException(nameof(request.Roles), $"There is no role {nobody}.");
    }

    // one that was taken out of the settings may be back tomorrow
    void RequirePool(string pool, string had)
    {
        if (pool.Length > 0 && pool != had && nodes.CurrentValue.Find(pool) is null) throw new InvalidFieldException(nameof(PlanRequest.NodePool), $"There is no node pool {pool}.");
    }

    static Plan Find(List<Plan> plans, string key) => plans.Find(plan => plan.Key == key) ?? throw new NotFoundException("Plan");

    static void RequireFree(List<Plan> plans, string name, Plan? except)
    {
        if (plans.Any(plan => plan != except && string.Equals(plan.Name, name.Trim(), StringComparison.OrdinalIgnoreCase))) throw new InvalidFieldException(nameof(PlanRequest.Name), "Another plan has this name.");
    }

    static string Key(string name, HashSet<string> taken)
    {
        var text = new StringBuilder();
        foreach (var letter in name.Trim())
        {
            if (char.IsAsciiLetterOrDigit(letter)) text.Append(char.ToLowerInvariant(letter));
            else if (text.Length > 0 && text[^1] != '-') text.Append('-');
        }
        var key = text.ToString().Trim('-');
        key = key.Length == 0 ? "plan" : key[..Math.Min(key.Length, MaxKey - 4)];
        return taken.Contains(key) ? Enumerable.Range(2, MaxPlans).Select(n => $"{key}-{n}").First(other => !taken.Contains(other)) : key;
    }
}
