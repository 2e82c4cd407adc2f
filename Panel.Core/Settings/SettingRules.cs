using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Panel.Core.Settings;

/// <summary>
/// Tells what would be wrong with a configuration before it takes effect, by the very rules that the panel checks when it starts: the
/// registrations of the options are taken over into a container of their own, with that configuration in it.
/// </summary>
/// <param name="services">All registrations of the panel.</param>
sealed partial class SettingRules(IServiceCollection services)
{
    static readonly Type[] Parts = [typeof(IConfigureOptions<>), typeof(IPostConfigureOptions<>), typeof(IValidateOptions<>), typeof(IOptionsChangeTokenSource<>)];
    static readonly SettingDefinition[] Kinds = [.. SettingCatalogue.All.DistinctBy(setting => setting.Options)];

    /// <summary>What would be wrong: each broken rule with the setting it is of.</summary>
    /// <param name="configuration">All that is set.</param>
    public IEnumerable<(string Name, string Rule)> Check(IEnumerable<KeyValuePair<string, string?>> configuration)
    {
        var own = new ServiceCollection().AddOptions().AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build());
        foreach (var service in services.Where(IsRule)) own.Add(service);
        using var container = own.BuildServiceProvider();
        return [.. Kinds.SelectMany(kind => Faults(container, kind))];
    }

    static bool IsRule(ServiceDescriptor service) => service.ServiceType is { IsGenericType: true } type
        && Parts.Contains(type.GetGenericTypeDefinition()) && Kinds.Any(kind => kind.Options == type.GenericTypeArguments[0]);

    static IEnumerable<(string, string)> Faults(IServiceProvider container, SettingDefinition kind)
    {
        try
        {
            kind.Read(container);
            return [];
        }
        catch (OptionsValidationException broken)
        {
            return [.. broken.Failures.Select(failure => Fault(kind, failure))];
        }
    }

    // the generated validators begin with the property's name; other rules name the setting itself
    static (string Name, string Rule) Fault(SettingDefinition kind, string failure)
    {
        var property = Beginning().Match(failure) is { Success: true } named ? named.Groups[1].Value : Mentioned().Match(failure).Groups[1].Value;
        var setting = SettingCatalogue.ByName.GetValueOrDefault($"{kind.Section}:{property}") ?? kind;
        return (setting.Name, Beginning().Replace(failure, "").Replace($"{kind.Options.Name}.{setting.Property}", setting.Label, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^(?:\w+\.)*(\w+): ")]
    private static partial Regex Beginning();

    [GeneratedRegex(@"Panel(?::\w+)*:(\w+)")]
    private static partial Regex Mentioned();
}
