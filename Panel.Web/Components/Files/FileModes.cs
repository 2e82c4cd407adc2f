using System.Globalization;

namespace Panel.Web.Components.Files;

/// <summary>Permission bits as people know them.</summary>
public static class FileModes
{
    /// <summary>The bits as letters, such as <c>rwxr-xr-x</c>.</summary>
    public static string Text(int mode) => string.Concat(Enumerable.Range(0, 9).Select(bit => (mode & (0x100 >> bit)) != 0 ? "rwx"[bit % 3] : '-'));

    /// <summary>The bits as digits, such as <c>0755</c>.</summary>
    public static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0').ToString(CultureInfo.InvariantCulture);
}
