using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.Accounts;

/// <summary>Makes an account for somebody.</summary>
public sealed class CreateAccount(IServiceScopeFactory scopes, AuditLog audit, AccountChanges changes, TimeProvider clock)
{
    /// <summary>Makes an account.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="ForbiddenException">The actor may not, or the role allows more than the actor may.</exception>
    /// <exception cref="InvalidFieldException">A field breaks a rule, or the address is taken.</exception>
    public async Task<string> RunAsync(Actor actor, CreateAccountRequest request, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageUsers);
        FieldRules.Require(request);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (request.Role is not null and not Role.User) await Administrators.LockAsync(db, cancellation);   // the role could be deleted at this moment
        var role = await db.Roles.AsNoTracking().SingleOrDefaultAsync(role => role.Key == (request.Role ?? Role.User), cancellation) ?? throw new InvalidFieldException(nameof(request.Role), "There is no such role.");
        role.RequireGrantable(actor);
        var account = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(request, role.Key, clock);
        audit.Add(db, actor, "account.create", null, account.UserName!, role.Name);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(account.Id);
        return account.Id;
    }
}
