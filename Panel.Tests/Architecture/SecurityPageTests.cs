using System.Reflection;
using System.Text.RegularExpressions;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Architecture;

/// <summary>What docs/security.md says of tests is so.</summary>
public sealed partial class SecurityPageTests
{
    static readonly string page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "security.md"));

    [Fact]
    public void Every_test_that_the_page_names_is_there()
    {
        var tests = typeof(SecurityPageTests).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance)).Where(method => method.IsDefined(typeof(FactAttribute), inherit: true)).Select(method => method.Name).ToHashSet();
        var named = Names().Matches(page).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.True(named.Count > 50, $"The page names {named.Count} tests.");
        Assert.Empty(named.Except(tests));
    }

    [Fact]
    public void Every_hole_has_a_test_or_a_reason_for_none() =>
        Assert.Empty(Holes().Matches(page).Select(match => match.Groups)
            .Where(cells => cells[4].Value.Trim().Length == 0 && !cells[3].Value.Contains("comes with", StringComparison.Ordinal) && !cells[3].Value.Contains("not applicable", StringComparison.Ordinal))
            .Select(cells => cells[1].Value));

    [Fact]
    public void Hole_that_a_tests_name_carries_is_on_the_page() =>
        Assert.Empty(
            from type in typeof(SecurityPageTests).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
            from Match match in Id().Matches(method.Name)
            let id = match.Value.Replace('_', '-')
            where !page.Contains(id, StringComparison.OrdinalIgnoreCase)
            select $"{method.Name}: {id}");

    [GeneratedRegex(@"`([A-Z][a-z]\w*_\w+)`")]
    private static partial Regex Names();

    [GeneratedRegex(@"^\|([^|]+)\|([^|]+)\|([^|]+)\|([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Holes();

    [GeneratedRegex(@"(CVE_\d+_\d+|GHSA_\w{4}_\w{4}_\w{4})")]
    private static partial Regex Id();
}
