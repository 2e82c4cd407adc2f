using Panel.Web.Components.Files;
using Xunit;

namespace Panel.Tests.Web.Files;

public sealed class CopyNameTests
{
    [Theory]
    [InlineData("level.dat", "level (copy).dat")]
    [InlineData("world", "world (copy)")]
    [InlineData(".env", ".env (copy)")]
    [InlineData("taken.txt", "taken (copy 3).txt")]
    public void Copy_keeps_what_the_name_ends_in(string name, string copy) =>
        Assert.Equal(copy, CopyName.Of(name, new HashSet<string> { "taken.txt", "taken (copy).txt", "taken (copy 2).txt" }.Contains));
}
