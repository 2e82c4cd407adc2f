using System.Text;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Core.Templates;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Console.Input;

public sealed class TelnetConsoleTests
{
    const string Password = "pass-Wort-9";

    static readonly TemplateInput Input = new() { Kind = InputKind.Telnet, Port = "econ", Password = "PASSWORD" };

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Command_is_sent_after_the_password_and_its_answer_read_until_it_is_silent()
    {
        await using var game = Game("Enter password:\n\0\0", "Authentication successful. External console access granted.\n");
        Assert.Equal("heard: say Grüße $(id)\nanother line\n", await AskAsync(game, Input, Password, "say Grüße $(id)"));
    }

    [Fact]
    public async Task Prompt_without_an_end_of_line_and_commands_of_the_telnet_protocol_are_read()
    {
        await using var game = Game("\u00ff\u00fb\u0001\u00ff\u00fa\u0018\u0001\u00ff\u00f0*** Connected.\r\nPlease enter password: ", "Logon successful.\r\n");
        Assert.StartsWith("heard: lp", await AskAsync(game, Input, Password, "lp"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_is_left_out_where_the_log_has_it()
    {
        await using var game = Game("password:", "successful\n");
        Assert.Empty(await AskAsync(game, Input with { Answers = false }, Password, "status"));
    }

    [Fact]
    public async Task Wrong_password_is_refused_in_words_that_do_not_repeat_it_and_the_command_is_not_sent()
    {
        await using var game = Game("Enter password:\n", "ok successful\n");
        var refusal = await Assert.ThrowsAsync<ConflictException>(() => AskAsync(game, Input, "wrong-one", "stop"));
        Assert.Contains("refused the password", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flood_ends_by_its_size()
    {
        await using var game = new GamePeer(async (stream, cancellation) =>
        {
            while (true) await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 4096)), cancellation);
        });
        await Assert.ThrowsAsync<ConflictException>(() => AskAsync(game, Input, Password, "x"));
        Assert.Equal(64 * 1024, (await AskAsync(game, Input, null, "x")).Length);
    }

    static async Task<string> AskAsync(GamePeer game, TemplateInput input, string? password, string command)
    {
        await using var stream = await game.ConnectAsync(Stop);
        return await TelnetConsole.AskAsync(stream, input, password, command, TimeProvider.System, Stop).Within("the answer");
    }

    static GamePeer Game(string greeting, string granted) => new(async (stream, cancellation) =>
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(greeting), cancellation);
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        if (await reader.ReadLineAsync(cancellation) != Password)
        {
            await stream.WriteAsync("Wrong password 1/3.\n"u8.ToArray(), cancellation);
            return;
        }
        await stream.WriteAsync(Encoding.UTF8.GetBytes(granted), cancellation);
        if (await reader.ReadLineAsync(cancellation) is not { } command) return;
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"heard: {command}\nanother "), cancellation);
        await stream.FlushAsync(cancellation);
        await stream.WriteAsync("line\n"u8.ToArray(), cancellation);
        await reader.ReadLineAsync(cancellation);
    });
}
