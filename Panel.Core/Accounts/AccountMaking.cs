using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Accounts;

/// <summary>Makes and finds accounts through Identity, whose refusals become refusals of fields.</summary>
internal static class AccountMaking
{
    /// <param name="users">Identity.</param>
    /// <param name="request">The account.</param>
    /// <param name="role">The key of its role.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="id">The id it had in another database; null for a new one.</param>
    /// <param name="confirmed">Whether somebody vouches that the address is the person's.</param>
    /// <exception cref="InvalidFieldException">The address is taken, or the password breaks a rule.</exception>
    public static async Task<Account> CreateAsync(this UserManager<Account> users, CreateAccountRequest request, string role, TimeProvider clock, string? id = null, bool confirmed = true)
    {
        var email = EmailRule.Require(request.Email, nameof(request.Email));
        var account = new Account { UserName = email, Email = email, EmailConfirmed = confirmed, Role = role, CreatedAt = clock.GetUtcNow() };
        if (id is { Length: > 0 }) account.Id = id;
        (await users.CreateAsync(account, request.Password)).Require(nameof(request.Email));
        return account;
    }

    /// <summary>An account that the actor may change: one whose role allows no more than the actor may.</summary>
    /// <exception cref="NotFoundException">There is no such account.</exception>
    /// <exception cref="ForbiddenException">Its role allows more.</exception>
    public static async Task<Account> FindChangeableAsync(UserManager<Account> users, PanelDb db, Actor actor, string accountId, CancellationToken cancellation)
    {
        var account = await users.FindByIdAsync(accountId) ?? throw new NotFoundException("Account");
        var role = await db.Roles.AsNoTracking().SingleOrDefaultAsync(role => role.Key == account.Role, cancellation);
        role?.RequireGrantable(actor);
        return account;
    }

    /// <summary>Turns what Identity refuses into a refusal.</summary>
    /// <param name="result">Identity's answer.</param>
    /// <param name="field">The field of what is not about the password.</param>
    /// <exception cref="InvalidFieldException">It refused.</exception>
    public static void Require(this IdentityResult result, string field)
    {
        if (result.Succeeded) return;
        if (result.Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.ConcurrencyFailure))) throw new ConflictException("The account was changed by somebody else just now. Try again.");
        throw new InvalidFieldException(result.Errors
            .GroupBy(error => error.Code.Contains("Password", StringComparison.Ordinal) ? "Password" : field, error => error.Description)
            .ToDictionary(errors => errors.Key, errors => errors.Distinct().ToArray()));
    }
}
