using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Panel.Core.SingleSignOn;

/// <summary>Registers signing in by a provider.</summary>
static class SingleSignOnSetup
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddSingleSignOn(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<SingleSignOnOptions, SingleSignOnOptionsValidator>().BindConfiguration(SingleSignOnOptions.Section);
        return services.AddSingleton<OpenIdProviders>().AddSingleton<ProviderTokens>().AddSingleton<ProviderSignIn>().AddSingleton<ProviderLinks>().AddSingleton<ProviderSessions>().AddSingleton<ProviderCallers>();
    }
}
