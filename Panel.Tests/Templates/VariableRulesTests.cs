using Panel.Core.Templates;
using Xunit;

namespace Panel.Tests.Templates;

public class VariableRulesTests
{
    [Theory]
    [InlineData("", "anything")]
    [InlineData("required|string|max:5", "abcde")]
    [InlineData("required|string|max:5", "äöü€😀")]
    [InlineData("nullable|string|min:3", "")]
    [InlineData("string|min:3", "")]
    [InlineData("required|numeric", "-1.5")]
    [InlineData("required|integer|between:1,20", "20")]
    [InlineData("required|int|min:1", "1")]
    [InlineData("required|string|between:2,4", "123")]
    [InlineData("required|numeric|max:100", "99.5")]
    [InlineData("required|boolean", "0")]
    [InlineData("required|boolean", "true")]
    [InlineData("required|in:paper,vanilla", "vanilla")]
    [InlineData("required|not_in:admin,root", "ann")]
    [InlineData("required|alpha_dash", "my_world-2")]
    [InlineData("required|alpha_num", "abc123")]
    [InlineData("required|digits_between:1,5", "25565")]
    [InlineData("required|digits:3", "007")]
    [InlineData("nullable|url", "https://example.org/a?b=c")]
    [InlineData("required|string|size:3", "abc")]
    [InlineData("required|integer|size:3", "3")]
    [InlineData("required|integer|gt:0", "1")]
    [InlineData("required|integer|lt:10", "9")]
    [InlineData("required|ends_with:.jar", "server.jar")]
    [InlineData("required|starts_with:a,b", "bcd")]
    [InlineData("present", "")]
    [InlineData("required|regex:/^(a|b)$/", "b")]
    [InlineData("required|regex:/^[\\w\\d._-]+(\\.jar)$/|max:30", "paper-1.21.jar")]
    [InlineData("required|regex:/^ABC$/i|max:3", "abc")]
    [InlineData("required|regex:/^(?!bad)/", "good")]
    [InlineData("required|a_rule_of_tomorrow:1,2|max:5", "12345")]
    [InlineData("required|max:many", "12345")]
    public void Value_that_keeps_its_rules_is_taken(string rules, string value) => Assert.Null(Check(rules, value));

    [Theory]
    [InlineData("required|string", "", "required")]
    [InlineData("required|string|max:5", "abcdef", "At most 5 characters")]
    [InlineData("required|string|min:3", "ab", "At least 3 characters")]
    [InlineData("required|string|between:2,4", "12345", "Between 2 and 4 characters")]
    [InlineData("required|numeric", "1,5", "number")]
    [InlineData("required|numeric", "NaN", "number")]
    [InlineData("required|integer", "1.5", "whole number")]
    [InlineData("required|integer", " 1", "whole number")]
    [InlineData("required|integer|between:1,20", "21", "Between 1 and 20.")]
    [InlineData("required|integer|max:20", "100", "At most 20.")]
    [InlineData("required|numeric|min:1", "0", "At least 1.")]
    [InlineData("required|boolean", "maybe", "true or false")]
    [InlineData("required|in:paper,vanilla", "Paper", "One of: paper, vanilla")]
    [InlineData("required|not_in:admin,root", "root", "None of")]
    [InlineData("required|alpha_dash", "my world", "dashes")]
    [InlineData("required|alpha_num", "a-b", "digits")]
    [InlineData("required|digits_between:1,5", "123456", "digits")]
    [InlineData("required|digits_between:1,5", "12a", "digits")]
    [InlineData("required|url", "javascript:alert(1)", "URL")]
    [InlineData("required|url", "example.org", "URL")]
    [InlineData("required|string|size:3", "ab", "Exactly 3")]
    [InlineData("required|integer|gt:0", "0", "More than 0")]
    [InlineData("required|ends_with:.jar", "server.zip", "end with")]
    [InlineData("required|starts_with:a,b", "cd", "start with a or b")]
    [InlineData("required|regex:/^(a|b)$/", "c", "form")]
    [InlineData("required|regex:/^(a|b)$/|max:1", "ab", "form")]
    [InlineData("required|regex:/^a$/", "a\n", "control")]
    [InlineData("", "two\nlines", "control")]
    [InlineData("", "a\0b", "control")]
    public void Value_that_breaks_a_rule_is_refused_in_words(string rules, string value, string words) => Assert.Contains(words, Check(rules, value) ?? "(taken)", StringComparison.Ordinal);

    [Fact]
    public void Half_of_a_character_is_refused() => Assert.NotNull(Check("", "\ud800"));

    [Fact]
    public void Value_of_any_rules_has_at_most_2000_characters()
    {
        Assert.Null(Check("", new('x', 2000)));
        Assert.NotNull(Check("", new('x', 2001)));
    }

    [Theory]
    [InlineData("regex:/^(a+)+$/")]
    [InlineData("regex:/^(?=(a+)+$)/")]
    [InlineData("regex:/^(([a-z])+.)+[A-Z]([a-z])+$/")]
    public void Pattern_that_explodes_ends_in_time(string rules)
    {
        var started = TimeProvider.System.GetTimestamp();
        _ = Check(rules, new string('a', 1999) + "!");
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("required|string|max:20|regex:/^a|b$/", null)]
    [InlineData("unknown", null)]
    [InlineData("max:x", "number")]
    [InlineData("between:5", "argument")]
    [InlineData("between:5,x", "number")]
    [InlineData("regex:/(/", "cannot be read")]
    [InlineData("regex:abc", "slashes")]
    public void Fault_of_a_notation_is_told(string rules, string? words)
    {
        var fault = VariableRules.Fault(rules);
        if (words is null) Assert.Null(fault);
        else Assert.Contains(words, fault ?? "(none)", StringComparison.Ordinal);
    }

    [Fact]
    public void Bar_in_a_pattern_parts_no_rules() =>
        Assert.Equal(["required", "regex", "max"], VariableRules.Parse("required|regex:/^(a|b\\/|c)$/|max:3").Select(rule => rule.Name));

    static string? Check(string rules, string value) => VariableRules.Check(new() { Name = "Value", Env = "VALUE", Rules = rules }, value);
}
