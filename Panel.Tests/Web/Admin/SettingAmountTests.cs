using Panel.Contracts.Settings;
using Panel.Web.Components.Admin.Settings;
using Xunit;

namespace Panel.Tests.Web.Admin;

/// <summary>Sizes and shares of settings as pages write them.</summary>
public sealed class SettingAmountTests
{
    [Theory]
    [InlineData(SettingUnit.Cores, "8000", "8")]
    [InlineData(SettingUnit.Cores, "1550", "1.55")]
    [InlineData(SettingUnit.MiB, "512", "512 MiB")]
    [InlineData(SettingUnit.MiB, "16384", "16 GiB")]
    [InlineData(SettingUnit.MiB, "1536", "1.5 GiB")]
    [InlineData(SettingUnit.MiB, "1537", "1537 MiB")]
    [InlineData(SettingUnit.Bytes, "17179869184", "16 GiB")]
    [InlineData(SettingUnit.Bytes, "1000", "1000 B")]
    [InlineData(SettingUnit.Bytes, "0", "0 B")]
    public void Stored_value_is_shown_in_the_unit_of_pages_and_read_back_to_the_same(SettingUnit unit, string stored, string shown)
    {
        Assert.Equal(shown, SettingAmount.Show(unit, stored));
        Assert.Equal((stored, null), SettingAmount.Read(unit, shown));
    }

    [Theory]
    [InlineData(SettingUnit.MiB, "-1", "-1")]
    [InlineData(SettingUnit.Cores, "-1", "-1")]
    [InlineData(SettingUnit.None, " 7 ", " 7 ")]
    [InlineData(SettingUnit.Cores, "0,5 cores", "500")]
    [InlineData(SettingUnit.MiB, "2g", "2048")]
    [InlineData(SettingUnit.MiB, "1 TiB", "1048576")]
    [InlineData(SettingUnit.MiB, "2048 KiB", "2")]
    [InlineData(SettingUnit.Bytes, "1.5 mib", "1572864")]
    public void What_people_type_is_understood(SettingUnit unit, string typed, string stored) => Assert.Equal((stored, null), SettingAmount.Read(unit, typed));

    [Theory]
    [InlineData(SettingUnit.MiB, "16384", "unit")]
    [InlineData(SettingUnit.MiB, "1 KiB", "Whole MiB")]
    [InlineData(SettingUnit.MiB, "much", "unit")]
    [InlineData(SettingUnit.Bytes, "10 parsecs", "unit")]
    [InlineData(SettingUnit.Bytes, "999999999999999999 PiB", "too much")]
    [InlineData(SettingUnit.Cores, "0.0001", "Thousandths")]
    [InlineData(SettingUnit.Cores, "8 GiB", "cores")]
    [InlineData(SettingUnit.MiB, "", "unit")]
    public void What_cannot_be_meant_is_refused_in_words(SettingUnit unit, string typed, string word)
    {
        var (value, rule) = SettingAmount.Read(unit, typed);
        Assert.Null(value);
        Assert.Contains(word, rule, StringComparison.Ordinal);
    }
}
