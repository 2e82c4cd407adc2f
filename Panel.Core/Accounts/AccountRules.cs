using Microsoft.AspNetCore.Identity;

namespace Panel.Core.Accounts;

/// <summary>What Identity asks of accounts.</summary>
public static class AccountRules
{
    /// <summary>Sets Identity's options; design time needs the same, since the version of the schema is among them.</summary>
    public static void Configure(IdentityOptions options)
    {
        options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
        options.User.RequireUniqueEmail = true;
        options.User.AllowedUserNameCharacters = ""; // a mail address may have any
        options.Password.RequiredLength = 10;
        options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
        options.Password.RequiredUniqueChars = 4;
        options.Lockout.AllowedForNewUsers = true;
        options.Lockout.MaxFailedAccessAttempts = 5;
        options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
    }
}
