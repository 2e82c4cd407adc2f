using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Core.Templates;
using Xunit;

namespace Panel.Tests.Servers;

public sealed class ServerSpecsTests
{
    static readonly Template Template = new()
    {
        Key = "t",
        Name = "T",
        Images = new Dictionary<string, string> { ["One"] = "one:1", ["Two"] = "two:2" },
        Startups = new Dictionary<string, string> { ["Start"] = "run --name '{{NAME}}' --port={{SERVER_PORT}}" },
        Variables =
        [
            new() { Name = "Name", Env = "NAME", Default = "x" },
            new() { Name = "Password", Env = "PASSWORD", Secret = true },
            new() { Name = "Port", Env = "SERVER_PORT", Default = "1" },
            new() { Name = "Added later", Env = "NEW", Default = "new" },
        ],
        Ports = [new("game", "UDP", Probed: false), new("rcon", "TCP", "RCON_PORT", Probed: true)],
        Install = new("install:1", "bash", "a\r\nb"),
        Stop = "^C",
        StopSeconds = 7,
    };

    static Server Made()
    {
        var server = new Server(ServerId.New(), "ann", "My", "t", "Two", DateTimeOffset.UnixEpoch)
        {
            Variables = new() { ["NAME"] = "a b\"; {{PASSWORD}} $(id)", ["PASSWORD"] = "secret", ["SERVER_PORT"] = "9" },
        };
        server.Move(new() { Key = "p", Name = "P", CpuMillis = 500, MemoryMiB = 512, DiskMiB = 1024 });
        server.Allocations.Add(new() { Port = 26001, ServerId = server.Id, Name = "rcon", Order = 1 });
        server.Allocations.Add(new() { Port = 26000, ServerId = server.Id, Name = "game", Order = 0 });
        return server;
    }

    [Fact]
    public void Value_stays_in_its_argument_and_is_not_read_again() =>
        Assert.Equal(["run", "--name", "a b\"; {{PASSWORD}} $(id)", "--port=26000"], Made().Spec(Template, "UTC").Command);

    [Fact]
    public void Secrets_stand_apart_and_no_variable_takes_the_place_of_a_port()
    {
        var spec = Made().Spec(Template, "Europe/Berlin");
        Assert.Equal("secret", Assert.Single(spec.SecretEnvironment).Value);
        Assert.Equal(("26000", "26001", "512", "Europe/Berlin", "new"), (spec.Environment["SERVER_PORT"], spec.Environment["RCON_PORT"], spec.Environment["SERVER_MEMORY"], spec.Environment["TZ"], spec.Environment["NEW"]));
        Assert.False(spec.Environment.ContainsKey("PASSWORD"));
        Assert.Equal([new("game", 26000, "UDP"), new("rcon", 26001, "TCP", Probed: true)], spec.Ports);
        Assert.Equal(("two:2", "^SIGINT", TimeSpan.FromSeconds(7)), (spec.Image, spec.StopCommand, spec.StopTimeout));
    }

    [Fact]
    public void Install_has_line_feeds_alone_and_counts_its_attempts()
    {
        var server = Made();
        Assert.Null(server.Spec(Template, "UTC").Install);
        server.Install(wipe: true);
        Assert.Equal(new("install:1", "bash", "a\nb", 1, WipeFiles: true), server.Spec(Template, "UTC").Install);
    }

    [Theory, InlineData("stop", "stop"), InlineData("^C", "^SIGINT"), InlineData("^^C", "^SIGINT"), InlineData("^sigint", "^SIGINT"), InlineData("^SIGTERM", null), InlineData("^QUIT", "^SIGQUIT"), InlineData("", null)]
    public void Stop_is_a_line_or_a_signal(string stop, string? expected) => Assert.Equal(expected, Made().Spec(Template with { Stop = stop }, "UTC").StopCommand);

    [Theory]
    [InlineData("server.allocations.game.port", "26000")]
    [InlineData("server.allocations.default.port", "26000")]
    [InlineData("server.build.default.port", "26000")]
    [InlineData("server.allocations.rcon.port", "26001")]
    [InlineData("server.environment.PASSWORD", "secret")]
    [InlineData("env.NEW", "new")]
    [InlineData("server.memory", "512")]
    [InlineData("config.token", null)]
    [InlineData("server.ownerId", null)]
    [InlineData("server", null)]
    [InlineData("", null)]
    public void Placeholder_names_what_is_on_the_list_and_nothing_else(string name, string? expected) => Assert.Equal(expected, Made().Placeholder(Template, "UTC", name));
}
