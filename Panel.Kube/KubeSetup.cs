using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Panel.Kube.Servers;

namespace Panel.Kube;

/// <summary>Registers the adapter of Kubernetes.</summary>
public static class KubeSetup
{
    /// <summary>Gives Core's ports their implementation and registers <see cref="ServerWatch"/>, which the host runs.</summary>
    public static IServiceCollection AddKube(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<KubeOptions, KubeOptionsValidator>().BindConfiguration(KubeOptions.Section);
        services.AddSingleton<ServerWatch>();
        return services;
    }
}

[OptionsValidator]
sealed partial class KubeOptionsValidator : IValidateOptions<KubeOptions>;
