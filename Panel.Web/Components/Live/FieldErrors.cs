using Panel.Core.Errors;

namespace Panel.Web.Components.Live;

/// <summary>The rules a form broke, by field; a page hands each to the field it belongs to.</summary>
public sealed class FieldErrors
{
    readonly Dictionary<string, string> rules = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a field broke, in words, or null.</summary>
    public string? this[string field] => rules.GetValueOrDefault(field);

    /// <summary>Whether any rule is broken.</summary>
    public bool Any => rules.Count > 0;

    /// <summary>Forgets what one field broke; for when it is typed into.</summary>
    public void Clear(string field) => rules.Remove(field);

    /// <summary>Forgets all.</summary>
    public void Clear() => rules.Clear();

    /// <summary>Notes a broken rule.</summary>
    public void Put(string field, string rule) => rules[field] = rule;

    /// <summary>Notes every rule that an operation refused.</summary>
    public void Put(InvalidFieldException refusal)
    {
        foreach (var (field, broken) in refusal.Errors) Put(field, string.Join(' ', broken));
    }
}
