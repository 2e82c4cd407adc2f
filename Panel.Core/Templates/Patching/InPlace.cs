using System.Globalization;
using Panel.Core.Errors;
using Panel.Core.Templates.Forms;

namespace Panel.Core.Templates.Patching;

/// <summary>
/// Edits made one after the other in the text itself, so that comments, order, quotes and line ends stay. There are places that no single edit reaches; then the whole
/// tree is written anew, and whoever calls compares the two before taking this one.
/// </summary>
static class InPlace
{
    /// <summary>The text with the values in their places; null where some place cannot be reached so.</summary>
    /// <param name="format"><c>json</c> or <c>yaml</c>.</param>
    /// <param name="text">The text.</param>
    /// <param name="edits">What goes where.</param>
    public static string? Apply(string format, string text, IReadOnlyList<ConfigEdit> edits)
    {
        try
        {
            foreach (var edit in edits)
            {
                if (ConfigText.KeyFault(format, edit.Key) is not null) return null;
                var before = ConfigText.Get(format, text, edit.Key);
                if (edit.Over(before) is { } value && value != before) text = ConfigText.Put(format, text, edit.Key, value, TypeOf(value)).Apply(text);
            }
            return text;
        }
        catch (PanelException)
        {
            return null;
        }
    }

    static FormFieldType TypeOf(string value) =>
        value is "true" or "false" ? FormFieldType.Switch
        : long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole.ToString(CultureInfo.InvariantCulture) == value ? FormFieldType.Number
        : FormFieldType.Text;
}
