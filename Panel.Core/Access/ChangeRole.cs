using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Replicas;

namespace Panel.Core.Access;

/// <summary>Makes a role.</summary>
public sealed class CreateRole(IDbContextFactory<PanelDb> databases, AuditLog audit, AccountChanges changes)
{
    /// <summary>Makes a role that nobody has yet.</summary>
    /// <returns>Its key.</returns>
    /// <exception cref="InvalidFieldException">A field breaks a rule, or there is a role of this name.</exception>
    /// <exception cref="ForbiddenException">The actor may not change roles, or it would allow more than the actor may.</exception>
    public async Task<string> RunAsync(Actor actor, RoleRequest request, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageRoles);
        RoleRules.Require(actor, request);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await Administrators.LockAsync(db, cancellation);
        var name = request.Name.Trim();
        await RoleRules.RequireFreeAsync(db, name, null, cancellation);
        var taken = await db.Roles.Select(known => known.Key).ToListAsync(cancellation);
        var role = new Role { Key = RoleRules.KeyFor(name, taken), Name = name, Order = await db.Roles.MaxAsync(known => known.Order, cancellation) + 1 };
        var noted = RoleRules.Apply(role, request);
        db.Roles.Add(role);
        audit.Add(db, actor, "role.create", null, role.Name, changes: noted);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(AccountChanges.All);
        return role.Key;
    }
}

/// <summary>Changes what a role allows.</summary>
public sealed class ChangeRole(IDbContextFactory<PanelDb> databases, AuditLog audit, AccountChanges changes)
{
    /// <summary>Changes it; what it allows, and allows no more, holds at once for all its people.</summary>
    /// <exception cref="InvalidFieldException">A field breaks a rule, or another role has this name.</exception>
    /// <exception cref="ForbiddenException">The actor may not change roles, or it allows, or would allow, more than the actor may.</exception>
    /// <exception cref="ConflictException">It is the administrators' role.</exception>
    /// <exception cref="NotFoundException">There is no such role.</exception>
    public async Task RunAsync(Actor actor, string key, RoleRequest request, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageRoles);
        RoleRules.Require(actor, request);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var role = await RoleRules.TakeAsync(db, actor, key, cancellation);
        await RoleRules.RequireFreeAsync(db, request.Name.Trim(), key, cancellation);
        audit.Add(db, actor, "role.change", null, role.Name, changes: RoleRules.Apply(role, request));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(AccountChanges.All);
    }
}

/// <summary>Removes a role that nobody has.</summary>
public sealed class DeleteRole(IDbContextFactory<PanelDb> databases, AuditLog audit, AccountChanges changes, PanelChanges panel)
{
    /// <summary>Removes it.</summary>
    /// <exception cref="ForbiddenException">The actor may not change roles, or it allows more than the actor may.</exception>
    /// <exception cref="ConflictException">Somebody has it, an open invitation gives it, or the panel needs it.</exception>
    /// <exception cref="NotFoundException">There is no such role.</exception>
    public async Task RunAsync(Actor actor, string key, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageRoles);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await EditPlans.LockAsync(db, cancellation);
        var role = await RoleRules.TakeAsync(db, actor, key, cancellation);
        if (key == Role.User) throw new ConflictException("Every new account begins with this role.");
        var users = await db.Users.CountAsync(account => account.Role == key, cancellation);
        if (users > 0) throw new ConflictException($"{users} users have this role. Give them another one first.");
        if (await db.Invitations.AnyAsync(invitation => invitation.Role == key, cancellation)) throw new ConflictException("An open invitation gives this role.");
        // a role that is made later must not find itself named by a plan
        foreach (var plan in (await db.Plans.Where(plan => plan.Limited).ToListAsync(cancellation)).Where(plan => plan.Roles.Contains(key))) plan.Roles = [.. plan.Roles.Where(one => one != key)];
        var games = (await db.Templates.ToListAsync(cancellation)).Where(template => template.Roles.Contains(key)).ToList();
        foreach (var template in games)
        {
            template.Roles = [.. template.Roles.Where(one => one != key)];
            template.Hidden |= template.Roles.Count == 0;   // no role would mean everybody
            template.Revision++;
        }
        db.Roles.Remove(role);
        audit.Add(db, actor, "role.delete", null, role.Name);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(AccountChanges.All);
        if (games.Count > 0) await panel.ChangedAsync(PanelChanges.Templates, cancellation);
    }
}

static class RoleRules
{
    /// <summary>Refuses fields that break a rule, and permissions that the actor does not have.</summary>
    public static void Require(Actor actor, RoleRequest request)
    {
        FieldRules.Require(request);
        FieldRules.Require(request.Quota);
        if (request.Permissions.FirstOrDefault(permission => !PanelPermissions.All.Contains(permission)) is { } unknown) throw new InvalidFieldException(nameof(request.Permissions), $"There is no permission {unknown}.");
        new Role { Key = "", Name = request.Name.Trim(), Permissions = [.. request.Permissions] }.RequireGrantable(actor);
    }

    /// <summary>Reads a role that the actor may change, and makes every other change of roles, and of who has them, wait.</summary>
    public static async Task<Role> TakeAsync(PanelDb db, Actor actor, string key, CancellationToken cancellation)
    {
        await Administrators.LockAsync(db, cancellation);
        var role = await db.Roles.SingleOrDefaultAsync(known => known.Key == key, cancellation) ?? throw new NotFoundException("Role");
        if (key == Role.Administrator) throw new ConflictException("The administrators' role cannot be changed, so that nobody locks everybody out.");
        role.RequireGrantable(actor);
        return role;
    }

    public static async Task RequireFreeAsync(PanelDb db, string name, string? but, CancellationToken cancellation)
    {
        var names = await db.Roles.Where(role => role.Key != but).Select(role => role.Name).ToListAsync(cancellation);
        if (names.Contains(name, StringComparer.OrdinalIgnoreCase)) throw new InvalidFieldException(nameof(RoleRequest.Name), "There is a role of this name.");
    }

    public static AuditChanges Apply(Role role, RoleRequest request)
    {
        var (quota, name, description) = (request.Quota.ToQuota(), request.Name.Trim(), request.Description.Trim());
        var changes = new AuditChanges().Set("name", role.Name, name).Set("description", role.Description, description).Set("permissions", role.Permissions, request.Permissions)
            .Set("servers", Word(role.Quota.Servers), Word(quota.Servers)).Set("cpuMillis", Word(role.Quota.CpuMillis), Word(quota.CpuMillis))
            .Set("memoryMiB", Word(role.Quota.MemoryMiB), Word(quota.MemoryMiB)).Set("diskMiB", Word(role.Quota.DiskMiB), Word(quota.DiskMiB)).Set("ports", Word(role.Quota.Ports), Word(quota.Ports));
        (role.Name, role.Description, role.Permissions, role.Quota) = (name, description, [.. request.Permissions], quota);
        return changes;
    }

    /// <summary>A key of the letters and digits of a name; with a number behind it where that is taken.</summary>
    public static string KeyFor(string name, IReadOnlyCollection<string> taken)
    {
        var key = new StringBuilder();
        foreach (var letter in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter)) key.Append(letter);
            else if (key.Length > 0 && key[^1] != '-' && letter is ' ' or '-' or '_') key.Append('-');
        }
        var plain = key.ToString().Trim('-') is { Length: > 0 } some ? some[..Math.Min(some.Length, 30)] : "role";
        var free = plain;
        for (var n = 2; taken.Contains(free); n++) free = string.Create(CultureInfo.InvariantCulture, $"{plain}-{n}");
        return free;
    }

    static string? Word(int? limit) => limit?.ToString(CultureInfo.InvariantCulture);
}
