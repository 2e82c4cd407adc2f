using System.Security.Cryptography;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Plans;

namespace Panel.Core.Templates;

/// <summary>What a person chooses of a template, checked.</summary>
internal static class TemplateValues
{
    /// <summary>Letters that no config file and no command line reads as anything else.</summary>
    const string PasswordLetters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    const int PasswordLength = 24;

    /// <summary>The label of the image that is asked for; the first where none is.</summary>
    /// <exception cref="InvalidFieldException">There is no such image.</exception>
    public static string ImageLabel(this Template template, string? label, string field)
    {
        if (string.IsNullOrEmpty(label)) return template.Images.First().Key;
        return template.Images.ContainsKey(label) ? label : throw new InvalidFieldException(field, "The game has no such image.");
    }

    /// <summary>The label of the command line that is asked for; empty, which is the first, where none is.</summary>
    /// <exception cref="InvalidFieldException">There is no such command line.</exception>
    public static string StartupLabel(this Template template, string? label, string field)
    {
        if (string.IsNullOrEmpty(label)) return "";
        return template.Startups.ContainsKey(label) ? label : throw new InvalidFieldException(field, "The game has no such command line.");
    }

    /// <summary>
    /// What a server's values are to another game: those of the same name that are fit for it. A value that was secret does not become one that
    /// others see, and nobody brings one along that only an administrator may choose there.
    /// </summary>
    /// <param name="template">The other game.</param>
    /// <param name="from">The game they were chosen for; null where it is gone, so that it is not known which are secret.</param>
    /// <param name="had">The values, open.</param>
    /// <param name="actor">Who makes it another game.</param>
    public static Dictionary<string, string> Carried(this Template template, Template? from, IReadOnlyDictionary<string, string> had, Actor actor) =>
        template.Variables.Where(variable => had.TryGetValue(variable.Env, out var value) && VariableRules.Check(variable, value) is null
                && (variable.Editable || actor.May(PanelPermissions.ManageServers))
                && (variable.Secret || from?.Variables.FirstOrDefault(old => old.Env == variable.Env) is { Secret: false }))
            .ToDictionary(variable => variable.Env, variable => had[variable.Env]);

    /// <summary>Refuses a plan with too little memory for the game.</summary>
    /// <exception cref="InvalidFieldException">It has too little.</exception>
    public static void RequireMemory(this Template template, Plan plan, string field)
    {
        if (plan.MemoryMiB < template.MinMemoryMiB) throw new InvalidFieldException(field, $"{template.Name} needs at least {template.MinMemoryMiB} MiB of memory.");
    }

    /// <summary>The values a server has once those that are asked for are put over those it had; a variable with neither has its default.</summary>
    /// <exception cref="InvalidFieldException">Names every variable that is unknown, may not be changed, or breaks its rules.</exception>
    public static Dictionary<string, string> Values(this Template template, IReadOnlyDictionary<string, string> had, IReadOnlyDictionary<string, string> asked, Actor actor)
    {
        var faults = new Dictionary<string, string[]>();
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in asked.Keys.Where(name => template.Variables.All(variable => variable.Env != name))) faults[name] = ["The game has no such variable."];
        foreach (var variable in template.Variables)
        {
            var value = had.GetValueOrDefault(variable.Env, variable.Default);
            if (template.IsPort(variable))
            {
                if (asked.TryGetValue(variable.Env, out var number) && number != value) faults[variable.Env] = ["It is one of the server's ports, whose number the panel gives."];
                values[variable.Env] = value;
                continue;
            }
            if (asked.TryGetValue(variable.Env, out var wish) && wish != value)
            {
                if (!variable.Editable && !actor.May(PanelPermissions.ManageServers)) faults[variable.Env] = ["Only an administrator may change it."];
                value = wish ?? "";
            }
            // the panel itself must know it to speak with the game
            if (value.Length == 0 && variable.Env == template.Input?.Password) value = RandomNumberGenerator.GetString(PasswordLetters, PasswordLength);
            values[variable.Env] = value;
            var rule = VariableRules.Check(variable, value);
            if (rule is not null) faults.TryAdd(variable.Env, [rule]);
        }
        return faults.Count == 0 ? values : throw new InvalidFieldException(faults) { AsNamed = true };
    }
}
