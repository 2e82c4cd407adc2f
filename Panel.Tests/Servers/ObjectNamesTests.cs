using System.Text.RegularExpressions;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Xunit;

namespace Panel.Tests.Servers;

public sealed class ObjectNamesTests
{
    static readonly ServerId Id = new(Guid.Parse("01234567-89ab-7def-8123-456789abcdef"));

    [Theory]
    [InlineData("My Server", "my-server-89abcdef")]
    [InlineData("🧀🧀", "server-89abcdef")]
    [InlineData("日本", "server-89abcdef")]
    [InlineData("'; rm -rf / #", "rm-rf-89abcdef")]
    [InlineData("2b2t", "s-2b2t-89abcdef")]
    [InlineData("--a--", "a-89abcdef")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyzabcde-89abcdef")]
    [InlineData("123456789012345678901234567890 x", "s-12345678901234567890123456789-89abcdef")]
    public void Name_becomes_a_label(string name, string expected) => Assert.Equal(expected, ObjectNames.For(name, Id));

    [Fact]
    public void Any_name_gives_a_label_that_leaves_room_for_endings()
    {
        var random = new Random(7);
        for (var n = 0; n < 5000; n++)
        {
            var name = new string([.. Enumerable.Range(0, random.Next(0, 80)).Select(_ => (char)random.Next(32, 0xD7FF))]);
            var label = ObjectNames.For(name, ServerId.New());
            Assert.Matches(new Regex("^[a-z]([a-z0-9-]*[a-z0-9])$"), label);
            Assert.InRange(label.Length, 10, 40);
        }
    }

    [Fact]
    public void Ids_made_at_once_give_different_names() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => ObjectNames.For("x", ServerId.New())).Distinct().Count());
}
