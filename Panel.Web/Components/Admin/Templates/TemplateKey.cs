namespace Panel.Web.Components.Admin.Templates;

/// <summary>Proposes the key of a template.</summary>
static class TemplateKey
{
    const int MaxLength = 40;

    /// <summary>A key from a name; empty where the name has no letter of the key's alphabet.</summary>
    public static string Of(string name)
    {
        var letters = name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-').ToArray();
        var key = string.Join('-', new string(letters).Split('-', StringSplitOptions.RemoveEmptyEntries));
        return key[..Math.Min(key.Length, MaxLength)].TrimEnd('-');
    }
}
