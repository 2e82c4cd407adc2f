using Panel.Core.Errors;
using Panel.Web.Components.Files;
using Xunit;

namespace Panel.Tests.Web.Files;

public class NewNamesTests
{
    static IReadOnlyList<NewName> Plan(string[] names, string find, string replacement, bool isPattern = false, params string[] others) =>
        NewNames.Plan(names, name => names.Contains(name) || others.Contains(name), find, replacement, isPattern);

    [Fact]
    public void Part_of_each_name_is_replaced()
    {
        Assert.Equal([("a-1.txt", "b-1.txt"), ("c", "c")], Plan(["a-1.txt", "c"], "a-", "b-").Select(name => (name.From, name.To)));
        Assert.Equal(["world_1", "world_2"], Plan(["1.world", "2.world"], @"^(\d)\.(.*)$", "$2_$1", isPattern: true).Select(name => name.To));
    }

    [Theory]
    [InlineData("a", "keep", false, "There is something of this name already.")]
    [InlineData("[ab]", "same", true, "Another one would be called so too.")]
    [InlineData("a", "x/y", false, null)]
    [InlineData("a", "", false, null)]
    public void Name_that_cannot_be_is_told(string find, string replacement, bool isPattern, string? problem)
    {
        var first = Plan(["a", "b"], find, replacement, isPattern, "keep")[0];
        Assert.NotNull(first.Problem);
        if (problem is not null) Assert.Equal(problem, first.Problem);
    }

    [Theory, InlineData("("), InlineData("[z-a]")]
    public void Pattern_that_cannot_be_read_is_refused_by_its_field(string pattern) =>
        Assert.Contains("find", Assert.Throws<InvalidFieldException>(() => Plan(["a"], pattern, "", isPattern: true)).Errors.Keys);

    [Theory]
    [InlineData("1>2 2>3 3>4", "1 2 3")]
    [InlineData("1>2 2>1", "1 2")]
    [InlineData("1>2 2>3 3>1 4>5", "1 2 3 4")]
    public void Steps_stand_in_nobodys_way(string wanted, string there)
    {
        var plan = wanted.Split(' ').Select(pair => pair.Split('>')).Select(pair => new NewName(pair[0], pair[1], null)).ToList();
        var folder = there.Split(' ').ToDictionary(name => name, name => name);
        foreach (var (from, to) in NewNames.Steps(plan))
        {
            Assert.True(folder.Remove(from, out var was));
            Assert.True(folder.TryAdd(to, was));
        }
        Assert.Equal(plan.ToDictionary(name => name.From, name => name.To), folder.ToDictionary(pair => pair.Value, pair => pair.Key));
    }
}
