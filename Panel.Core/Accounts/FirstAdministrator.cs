using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Database;
using Panel.Core.Errors;

namespace Panel.Core.Accounts;

/// <summary>The first administrator by configuration, where nobody opens a link. Both or neither.</summary>
public sealed class AdminOptions : IValidatableObject
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Admin";

    /// <summary>The mail address.</summary>
    public string? Email { get; init; }

    /// <summary>The password.</summary>
    public string? Password { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(Email) != string.IsNullOrEmpty(Password)) yield return new("Panel:Admin:Email and Panel:Admin:Password go together.", [nameof(Password)]);
    }
}

/// <summary>The rules of <see cref="AdminOptions"/>.</summary>
[OptionsValidator]
public sealed partial class AdminOptionsValidator : IValidateOptions<AdminOptions>;

/// <summary>
/// How the first administrator comes to be: by a link with a token that the panel prints when it starts, good until there is one. Only a
/// hash of it is kept. However many come at once, one administrator is made.
/// </summary>
public sealed class FirstAdministrator(IDbContextFactory<PanelDb> databases, IServiceScopeFactory scopes, AuditLog audit, TimeProvider clock)
{
    /// <summary>Whether there is no administrator yet.</summary>
    public async Task<bool> IsPendingAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Marks.AnyAsync(mark => mark.Name == Mark.FirstAdministrator && mark.Stamp == 0, cancellation);
    }

    /// <summary>Makes a token, in place of any before it. Null when there is an administrator.</summary>
    public async Task<string?> IssueTokenAsync(CancellationToken cancellation)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var hash = Hash(token);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var set = await Pending(db).ExecuteUpdateAsync(update => update.SetProperty(mark => mark.Value, hash), cancellation);
        return set == 1 ? token : null;
    }

    /// <summary>Whether a token is the one that was issued, and still good.</summary>
    public async Task<bool> CheckAsync(string? token, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return Matches(token, await Pending(db).Select(mark => mark.Value).SingleOrDefaultAsync(cancellation));
    }

    /// <summary>Makes the first administrator.</summary>
    /// <param name="token">The token of the link.</param>
    /// <param name="request">The account.</param>
    /// <param name="address">The IP address it comes from, or null.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="ForbiddenException">The token is another one, or there is an administrator.</exception>
    /// <exception cref="InvalidFieldException">A field breaks a rule.</exception>
    public async Task<Account> CreateAsync(string token, CreateAccountRequest request, string? address, CancellationToken cancellation)
    {
        if (!await CheckAsync(token, cancellation)) throw new ForbiddenException("This link is not valid any more. Sign in, or restart the panel for a new one.");
        return await CreateAsync(request, address, cancellation) ?? throw new ForbiddenException("There is an administrator already. Sign in.");
    }

    /// <summary>Makes the administrator that the configuration names, when there is none.</summary>
    internal async Task CreateConfiguredAsync(AdminOptions options, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(options.Email) || !await IsPendingAsync(cancellation)) return;
        await CreateAsync(new() { Email = options.Email, Password = options.Password ?? "" }, null, cancellation);
    }

    async Task<Account?> CreateAsync(CreateAccountRequest request, string? address, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // the first to change this row makes the administrator; a second waits here, and then finds it changed
        var first = await Pending(db).ExecuteUpdateAsync(set => set.SetProperty(mark => mark.Stamp, 1).SetProperty(mark => mark.Value, (string?)null), cancellation);
        if (first == 0) return null;
        var account = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(request, Role.Administrator, clock);
        audit.Add(db, new Actor(account.Id, account.UserName!, PanelPermissions.All, address), "account.setup", null, account.UserName!);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return account;
    }

    static IQueryable<Mark> Pending(PanelDb db) => db.Marks.Where(mark => mark.Name == Mark.FirstAdministrator && mark.Stamp == 0);

    static bool Matches(string? token, string? hash) =>
        !string.IsNullOrEmpty(token) && hash is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(token)), Encoding.ASCII.GetBytes(hash));

    static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
