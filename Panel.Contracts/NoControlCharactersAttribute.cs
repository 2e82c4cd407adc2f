using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts;

/// <summary>Refuses line breaks and other control characters, and half surrogate pairs, which no database or Kubernetes object takes.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class NoControlCharactersAttribute() : ValidationAttribute("No line breaks or control characters.")
{
    /// <inheritdoc/>
    public override bool IsValid(object? value)
    {
        if (value is not string text) return true;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i])) return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }
        return true;
    }
}
