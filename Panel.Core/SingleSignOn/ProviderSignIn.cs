using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.SingleSignOn;

/// <summary>Why somebody whom a provider knows does not get in.</summary>
public enum ProviderRefusal
{
    /// <summary>There is no account for them, and none is made.</summary>
    NoAccount,
    /// <summary>The provider names no address that is known to be theirs.</summary>
    NoEmail,
    /// <summary>Their address has an account that is not linked.</summary>
    NotLinked,
    /// <summary>The account is out of use.</summary>
    Suspended,
    /// <summary>What they have at the provider belongs to another account.</summary>
    Taken,
}

/// <summary>Finds or makes the account of somebody who comes from a provider.</summary>
public sealed class ProviderSignIn(IServiceScopeFactory scopes, OpenIdProviders providers, AuditLog audit, AccountChanges changes, TimeProvider clock)
{
    /// <summary>Finds the account, with the role and the limits that the provider gives; makes it where that is set up.</summary>
    /// <param name="person">Who the provider says that it is.</param>
    /// <param name="address">The IP address it comes from, or null.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <returns>The account, or why there is none.</returns>
    public async Task<(Account? Account, ProviderRefusal? Refusal)> RunAsync(ProviderPerson person, string? address, CancellationToken cancellation)
    {
        var options = providers.Find(person.Provider)!.Options;
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (options.RoleClaim is not null) await Administrators.LockAsync(db, cancellation);
        var account = await users.FindByLoginAsync(person.Provider, person.Subject);
        if (account is null)
        {
            if (!person.OwnsEmail) return (null, options.CreateAccounts || options.LinkByEmail ? ProviderRefusal.NoEmail : ProviderRefusal.NoAccount);
            account = await users.FindByEmailAsync(person.Email!);
            // an address that nobody confirmed may have been taken by somebody else to wait for its owner
            if (account is not null && !(options.LinkByEmail && account.EmailConfirmed)) return (null, ProviderRefusal.NotLinked);
            if (account is null && !options.CreateAccounts) return (null, ProviderRefusal.NoAccount);
            var action = account is null ? "account.create" : "account.link";
            account ??= await MakeAsync(users, person.Email!);
            (await users.AddLoginAsync(account, new(person.Provider, person.Subject, options.Name))).Require("Email");
            audit.Add(db, Self(account, address), action, null, account.UserName!, $"by {options.Name}");
        }
        if (account.SuspendedAt is not null) return (null, ProviderRefusal.Suspended);
        await GiveAsync(db, account, options, person, address, cancellation);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(account.Id);
        return (account, null);
    }

    async Task<Account> MakeAsync(UserManager<Account> users, string email)
    {
        var address = EmailRule.Require(email, "Email");
        var account = new Account { UserName = address, Email = address, EmailConfirmed = true, Role = Role.User, CreatedAt = clock.GetUtcNow() };
        (await users.CreateAsync(account)).Require("Email");
        return account;
    }

    async Task GiveAsync(PanelDb db, Account account, ProviderOptions options, ProviderPerson person, string? address, CancellationToken cancellation)
    {
        var before = (account.Role, Text(account.Quota), Text(account.Groups));
        if (options.RoleClaim is not null)
        {
            var role = options.Roles.FirstOrDefault(rule => person.Roles.Contains(rule.Value))?.Role ?? Role.User;
            if (role != account.Role && await db.Roles.AnyAsync(known => known.Key == role, cancellation) && !await IsLastAsync(db, account, cancellation)) account.Role = role;
        }
        account.Groups = ProviderGroups.After(account.Groups, options.Key, person.Groups);
        if (options.Groups.Count > 0)
        {
            var limits = options.Groups.FirstOrDefault(rule => person.Groups.Contains(rule.Value));
            (account.Quota.Servers, account.Quota.CpuMillis, account.Quota.MemoryMiB) = (limits?.Servers, limits?.CpuMillis, limits?.MemoryMiB);
            (account.Quota.DiskMiB, account.Quota.Ports) = (limits?.DiskMiB, limits?.Ports);
        }
        if (before == (account.Role, Text(account.Quota), Text(account.Groups))) return;
        account.ConcurrencyStamp = Guid.NewGuid().ToString();
        audit.Add(db, Self(account, address), "account.change", null, account.UserName!, $"by {options.Name}", new AuditChanges().Set("role", before.Role, account.Role).Set("quota", before.Item2, Text(account.Quota)).Set("groups", before.Item3, Text(account.Groups)));
    }

    // what a provider says must not lock everybody out
    static async Task<bool> IsLastAsync(PanelDb db, Account account, CancellationToken cancellation) =>
        account.Role == Role.Administrator && !await db.Users.AnyAsync(other => other.Id != account.Id && other.Role == Role.Administrator && other.SuspendedAt == null, cancellation);

    static string Text(Quota quota) => FormattableString.Invariant($"servers {quota.Servers} cpu {quota.CpuMillis} memory {quota.MemoryMiB} disk {quota.DiskMiB} ports {quota.Ports}");

    static string Text(HashSet<string> groups) => string.Join(", ", groups.Order(StringComparer.Ordinal));

    static Actor Self(Account account, string? address) => new(account.Id, account.UserName!, new HashSet<string>(), address);
}
