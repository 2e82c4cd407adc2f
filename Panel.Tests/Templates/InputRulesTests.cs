using Panel.Core.Templates;
using Xunit;

namespace Panel.Tests.Templates;

/// <summary>A way for commands that a template names wrongly is told when the template is read.</summary>
public sealed class InputRulesTests
{
    static readonly Template Game = new()
    {
        Key = "game",
        Name = "Game",
        Images = new Dictionary<string, string> { ["One"] = "example/game:1" },
        Ports = [new("game", "TCP"), new("rcon", "TCP", "RCON_PORT", Internal: true), new("udp", "UDP", "UDP_PORT", Internal: true)],
        Variables = [new() { Name = "Open", Env = "OPEN" }, new() { Name = "Password", Env = "PASSWORD", Secret = true }],
    };

    public static TheoryData<TemplateInput, string?> Inputs => new()
    {
        { new() { Kind = InputKind.Stdin }, null },
        { new() { Kind = InputKind.Stdin, Port = "rcon" }, "stdin takes no port" },
        { new() { Kind = InputKind.Rcon, Port = "rcon", Password = "PASSWORD" }, null },
        { new() { Kind = InputKind.Rcon, Port = "rcon" }, "the variable that holds it" },
        { new() { Kind = InputKind.Rcon, Port = "rcon", Password = "OPEN" }, "a secret variable" },
        { new() { Kind = InputKind.Rcon, Port = "game", Password = "PASSWORD" }, "internal TCP port" },
        { new() { Kind = InputKind.Rcon, Port = "udp", Password = "PASSWORD" }, "internal TCP port" },
        { new() { Kind = InputKind.Rcon, Port = "rcon", Password = "PASSWORD", Command = ["x"] }, "takes no command" },
        { new() { Kind = InputKind.Telnet, Port = "rcon" }, null },
        { new() { Kind = InputKind.Telnet, Port = "rcon", Password = "PASSWORD", Prompt = "" }, "prompt and accepted" },
        { new() { Kind = InputKind.Exec, Command = ["send", "{{COMMAND}}"] }, null },
        { new() { Kind = InputKind.Exec, Command = ["sh", "-c", "echo {{COMMAND}} > /x"] }, "one argument by itself" },
        { new() { Kind = InputKind.Exec, Command = ["{{COMMAND}}", "x"] }, "a program with" },
        { new() { Kind = InputKind.Exec, Command = ["send", "{{COMMAND}}", "{{COMMAND}}"] }, "one argument by itself" },
        { new() { Kind = InputKind.Exec, Command = ["send", "{{PASSWORD}}", "{{COMMAND}}"] }, "plain text" },
        { new() { Kind = InputKind.Exec, Command = ["send", "a\nb", "{{COMMAND}}"] }, "plain text" },
        { new() { Kind = (InputKind)9 }, "stdin, rcon, exec or telnet" },
    };

    [Theory, MemberData(nameof(Inputs))]
    public void Way_for_commands_keeps_its_rules(TemplateInput input, string? fault)
    {
        var told = TemplateRules.Fault(Game with { Input = input });
        if (fault is null) Assert.Null(told);
        else Assert.Contains(fault, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("help", "^/(?<name>\\w+)", null)]
    [InlineData("", "^/(?<name>\\w+)", "help: one line")]
    [InlineData("help", "^/(\\w+)", "help: one line")]
    [InlineData("help", "(?<name>", "Invalid pattern")]
    public void Help_keeps_its_rules(string command, string pattern, string? fault)
    {
        var told = TemplateRules.Fault(Game with { Help = new(command, pattern) });
        if (fault is null) Assert.Null(told);
        else Assert.Contains(fault, told, StringComparison.Ordinal);
    }
}
