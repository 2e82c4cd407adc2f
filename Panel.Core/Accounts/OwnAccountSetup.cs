using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Panel.Core.Accounts;

/// <summary>Registers what people do with their own accounts.</summary>
static class OwnAccountSetup
{
    /// <summary>Adds it; before Identity, whose rule for names it takes the place of.</summary>
    public static IServiceCollection AddOwnAccounts(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AccountOptions, AccountOptionsValidator>().BindConfiguration(AccountOptions.Section);
        services.Configure<DataProtectionTokenProviderOptions>(tokens => tokens.TokenLifespan = TimeSpan.FromHours(1));   // links in mails
        services.AddSingleton<ILookupNormalizer, EmailRule>();
        return services.AddSingleton<FailedSignIns>().AddSingleton<Sessions>().AddSingleton<OwnAccount>().AddSingleton<ChangePassword>().AddSingleton<ChangeEmail>()
            .AddSingleton<TwoFactor>().AddSingleton<Passkeys>().AddSingleton<ResetPassword>().AddSingleton<RegisterAccount>().AddSingleton<DeleteAccount>().AddSingleton<ChangePreferences>();
    }
}
