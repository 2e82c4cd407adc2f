using System.Globalization;
using System.Text.RegularExpressions;
using Panel.Contracts.Settings;

namespace Panel.Web.Components.Admin.Settings;

/// <summary>Settings of sizes and shares in the units that pages use; files and the environment have them in thousandths of a core, MiB and bytes.</summary>
public static partial class SettingAmount
{
    const int Thousand = 1000;
    static readonly string[] units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>A stored value as it is shown; itself where it has no unit, or is no number.</summary>
    public static string Show(SettingUnit unit, string value)
    {
        if (unit is SettingUnit.None || !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < 0) return value;
        if (unit is SettingUnit.Cores) return Number(number / (decimal)Thousand);
        var power = unit is SettingUnit.MiB ? 2 : 0;
        decimal shown = number;
        // the largest unit in which it can be written exactly
        while (shown >= 1024 && power < units.Length - 1 && decimal.Round(shown / 1024, 2) == shown / 1024)
        {
            shown /= 1024;
            power++;
        }
        return $"{Number(shown)} {units[power]}";
    }

    /// <summary>What somebody typed as it is stored, or what is wrong with it. A number below 0 stands for no limit and has no unit.</summary>
    public static (string? Value, string? Rule) Read(SettingUnit unit, string typed)
    {
        if (unit is SettingUnit.None) return (typed, null);
        var rule = unit is SettingUnit.Cores ? "A number of cores, such as 0.5 or 8." : "A size with its unit, such as 512 MiB or 16 GiB.";
        if (Form().Match(typed.Trim()) is not { Success: true } form || !decimal.TryParse(form.Groups[1].Value.Replace(',', '.'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return (null, rule);
        var (word, factor) = (form.Groups[2].Value, 1m);
        if (number > 1_000_000_000_000_000m) return (null, "That is too much.");
        if (number <= 0) return word.Length == 0 || number == 0 ? (Number(number), null) : (null, rule);
        if (unit is SettingUnit.Cores) return word.Length == 0 || word.StartsWith("core", StringComparison.OrdinalIgnoreCase) || word.Equals("CPU", StringComparison.OrdinalIgnoreCase) ? Whole(number * Thousand, "Thousandths of a core are the smallest share.") : (null, rule);
        var power = Array.FindIndex(units, one => one.Equals(word, StringComparison.OrdinalIgnoreCase) || (one.Length > 1 && one[..1].Equals(word, StringComparison.OrdinalIgnoreCase)));
        if (power < 0) return (null, rule);
        for (var n = unit is SettingUnit.MiB ? 2 : 0; n < power; n++) factor *= 1024;
        for (var n = power; n < (unit is SettingUnit.MiB ? 2 : 0); n++) factor /= 1024;
        return Whole(number * factor, unit is SettingUnit.MiB ? "Whole MiB." : "Whole bytes.");
    }

    static (string?, string?) Whole(decimal number, string rule) => number == decimal.Truncate(number) ? (decimal.Truncate(number).ToString("0", CultureInfo.InvariantCulture), null) : (null, rule);

    static string Number(decimal number) => number.ToString("0.###", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(-?[0-9]{1,18}(?:\.[0-9]{1,6}|,(?![0-9]{3}\s*[A-Za-z]*$)[0-9]{1,6})?)\s*([A-Za-z]{0,5})$")]
    private static partial Regex Form();
}
