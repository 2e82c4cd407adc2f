using Panel.Contracts.Servers;
using Panel.Web.Components.Servers;
using Xunit;

namespace Panel.Tests.Web;

public sealed class ServerFilterTests
{
    static readonly List<ServerRow> rows =
    [
        Row("Friday night", "Sandbox", "ann@example.org", "localhost:25565", ServerPhase.Running),
        Row("Skyblock", "Sandbox", "bob@example.org", "localhost:25566", ServerPhase.Offline),
        Row("Überraum 🐉", "Voxels", "bob@example.org", "localhost:25567", ServerPhase.Running),
    ];

    [Theory]
    [InlineData(null, null, 3)]
    [InlineData("", "", 3)]
    [InlineData("SKY", null, 1)]
    [InlineData("sandbox ann", null, 1)]
    [InlineData("ann sandbox", null, 1)]
    [InlineData("25567", null, 1)]
    [InlineData("🐉", null, 1)]
    [InlineData("bob", "running", 1)]
    [InlineData(null, "offline", 1)]
    [InlineData(null, "failing", 0)]
    [InlineData(null, "nonsense", 3)]
    [InlineData(null, "99", 3)]
    public void Filter_lets_through_what_holds_every_word_and_has_the_phase(string? text, string? phase, int expected) =>
        Assert.Equal(expected, ServerFilter.From(text, phase).Apply(rows).Count);

    [Fact]
    public void Filter_is_active_only_when_it_hides_something()
    {
        Assert.False(ServerFilter.From("  ", null).Active);
        Assert.True(ServerFilter.From("a", null).Active);
        Assert.True(ServerFilter.From(null, "Running").Active);
    }

    static ServerRow Row(string name, string game, string owner, string address, ServerPhase phase) => new()
    {
        Id = ServerId.New(),
        Name = name,
        Game = game,
        Template = game,
        Owner = owner,
        Allowed = new HashSet<string>(),
        Phase = phase,
        Address = address,
        CpuLimitMillis = 500,
        MemoryLimitMiB = 512,
        DiskLimitMiB = 1024,
    };
}
