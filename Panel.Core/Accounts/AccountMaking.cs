using Microsoft.AspNetCore.Identity;
using Panel.Contracts.Accounts;
using Panel.Core.Errors;

namespace Panel.Core.Accounts;

/// <summary>Makes accounts through Identity, whose refusals become refusals of fields.</summary>
internal static class AccountMaking
{
    /// <param name="users">Identity.</param>
    /// <param name="request">The account.</param>
    /// <param name="role">The key of its role.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="id">The id it had in another database; null for a new one.</param>
    /// <exception cref="InvalidFieldException">The address is taken, or the password breaks a rule.</exception>
    public static async Task<Account> CreateAsync(this UserManager<Account> users, CreateAccountRequest request, string role, TimeProvider clock, string? id = null)
    {
        var email = request.Email.Trim();
        var account = new Account { UserName = email, Email = email, EmailConfirmed = true, Role = role, CreatedAt = clock.GetUtcNow() };
        if (id is { Length: > 0 }) account.Id = id;
        var result = await users.CreateAsync(account, request.Password);
        if (result.Succeeded) return account;
        throw new InvalidFieldException(result.Errors
            .GroupBy(error => error.Code.Contains("Password", StringComparison.Ordinal) ? nameof(request.Password) : nameof(request.Email), error => error.Description)
            .ToDictionary(field => field.Key, field => field.Distinct().ToArray()));
    }
}
