using Bunit;
using Panel.Core.Templates;
using Panel.Web.Components.Servers;
using Xunit;

namespace Panel.Tests.Web;

public sealed class VariableFieldTests : BunitContext
{
    [Theory]
    [InlineData("required|string|max:60", "x", WidgetKind.Text)]
    [InlineData("nullable|string", "", WidgetKind.Text)]
    [InlineData("required|integer|between:1,200", "20", WidgetKind.Number)]
    [InlineData("required|numeric|min:0", "0.5", WidgetKind.Number)]
    [InlineData("required|boolean", "1", WidgetKind.Switch)]
    [InlineData("required|in:true,false", "true", WidgetKind.Switch)]
    [InlineData("required|string|in:easy,normal,hard", "easy", WidgetKind.Select)]
    [InlineData("required|regex:/^(a|b)$/", "a", WidgetKind.Text)]
    [InlineData("required|regex:/^(a|integer|b)$/", "a", WidgetKind.Text)]
    [InlineData("required|between:", "a", WidgetKind.Text)]
    [InlineData("", "", WidgetKind.Text)]
    public void Control_fits_the_rules(string rules, string value, WidgetKind expected) => Assert.Equal(expected, VariableWidget.For(Variable(rules, value)).Kind);

    [Fact]
    public void Value_that_is_none_of_the_choices_is_not_lost_by_looking_at_it()
    {
        var field = Field(Variable("required|in:easy,hard", "easy"), "soft");
        Assert.Equal("soft (not one of these)", field.Find("option").TextContent);
    }

    [Fact]
    public void Variable_that_only_administrators_change_says_so_and_cannot_be_changed()
    {
        var field = Render<VariableField>(parameters => parameters.Add(f => f.Variable, Variable("required|string", "a")).Add(f => f.Value, "a").Add(f => f.Locked, true));
        Assert.True(field.Find("input").HasAttribute("disabled"));
        Assert.Contains("Only an administrator may change it.", field.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_is_a_password_until_it_is_shown()
    {
        var field = Field(Variable("nullable|string", "") with { Secret = true }, "hidden");
        Assert.Equal("password", field.Find("input").GetAttribute("type"));
        field.Find("button").Click();
        Assert.Equal("text", field.Find("input").GetAttribute("type"));
    }

    [Theory]
    [InlineData("required|boolean", "1", "0")]
    [InlineData("required|boolean", "true", "false")]
    [InlineData("required|in:yes,no", "yes", "no")]
    public void Switch_writes_the_words_of_its_variable(string rules, string on, string off)
    {
        var written = "";
        var field = Render<VariableField>(parameters => parameters.Add(f => f.Variable, Variable(rules, on)).Add(f => f.Value, on).Add(f => f.ValueChanged, value => written = value));
        Assert.True(field.Find("input").HasAttribute("checked"));
        field.Find("input").Change(false);
        Assert.Equal(off, written);
        field.Find("input").Change(true);
        Assert.Equal(on, written);
    }

    [Fact]
    public void Number_has_its_limits()
    {
        var input = Field(Variable("required|integer|between:1,200", "20"), "20").Find("input");
        Assert.Equal(("number", "1", "200", "1"), (input.GetAttribute("type"), input.GetAttribute("min"), input.GetAttribute("max"), input.GetAttribute("step")));
    }

    [Fact]
    public void Broken_rule_stands_by_the_field()
    {
        var field = Render<VariableField>(parameters => parameters.Add(f => f.Variable, Variable("required|string", "")).Add(f => f.Value, "").Add(f => f.Error, "Give a value."));
        var input = field.Find("input");
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.Equal("Give a value.", field.Find("#" + input.GetAttribute("aria-describedby")).TextContent);
    }

    [Fact]
    public void Locked_variable_can_only_be_looked_at() => Assert.True(Render<VariableField>(parameters => parameters
        .Add(f => f.Variable, Variable("required|string", "x")).Add(f => f.Value, "x").Add(f => f.Locked, true)).Find("input").HasAttribute("disabled"));

    IRenderedComponent<VariableField> Field(TemplateVariable variable, string value) => Render<VariableField>(parameters => parameters.Add(f => f.Variable, variable).Add(f => f.Value, value));

    static TemplateVariable Variable(string rules, string value) => new() { Name = "A value", Description = "What it does.", Env = "VALUE", Rules = rules, Default = value };
}
