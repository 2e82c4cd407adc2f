using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.Accounts;

/// <summary>Makes an account for somebody.</summary>
public sealed class CreateAccount(IServiceScopeFactory scopes, AuditLog audit, TimeProvider clock)
{
    /// <summary>Makes an account.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="ForbiddenException">Only administrators may.</exception>
    /// <exception cref="InvalidFieldException">A field breaks a rule, or the address is taken.</exception>
    public async Task<string> RunAsync(Actor actor, CreateAccountRequest request, CancellationToken cancellation)
    {
        if (!actor.IsAdmin) throw new ForbiddenException("Only an administrator may make accounts.");
        FieldRules.Require(request);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var account = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(request, request.IsAdmin, clock);
        audit.Add(db, actor, "account.create", null, account.UserName!, request.IsAdmin ? "administrator" : "");
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return account.Id;
    }
}
