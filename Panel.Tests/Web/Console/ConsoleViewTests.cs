using System.Text;
using Bunit;
using Panel.Contracts.Console;
using Panel.Core.Console;
using Panel.Tests.Support;
using Panel.Web.Components.Console;
using Xunit;

namespace Panel.Tests.Web.Console;

public sealed class ConsoleViewTests : IAsyncLifetime
{
    WebHost host = default!;

    public async ValueTask InitializeAsync() => host = await WebHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Lines_go_to_the_browser_and_not_into_the_page()
    {
        Feed.Publish([new(DateTimeOffset.UtcNow, "<b>of old</b>")], ConsoleSource.Program);
        var view = Render();
        await Deadline.UntilAsync("the history", () => Sent().Any(text => text.Contains("<b>of old</b>", StringComparison.Ordinal)));
        Feed.Publish([new(DateTimeOffset.UtcNow, "what comes")], ConsoleSource.Program);
        await Deadline.UntilAsync("a new line", () => Sent().Any(text => text.Contains("what comes", StringComparison.Ordinal)));
        Assert.DoesNotContain("of old", view.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_that_are_too_many_are_counted()
    {
        Render();
        Feed.Publish([new(DateTimeOffset.UtcNow, "the first")], ConsoleSource.Program);
        await Deadline.UntilAsync("the page", () => Sent().Any(text => text.Contains("the first", StringComparison.Ordinal))); // from here on it reads along
        for (var i = 0; i < 400; i++) Feed.Publish([.. Enumerable.Range(0, 100).Select(n => new SourceLine(DateTimeOffset.UtcNow, $"line {i * 100 + n}"))], ConsoleSource.Program);
        Feed.Publish([new(DateTimeOffset.UtcNow, "the last")], ConsoleSource.Program);
        await Deadline.UntilAsync("the last line", () => Sent().Any(text => text.Contains("the last", StringComparison.Ordinal)));
        long lines = 0, skipped = 0;
        foreach (var json in Sent().Select(text => System.Text.Json.JsonDocument.Parse(text).RootElement))
        {
            lines += json.GetProperty("lines").EnumerateArray().Count(line => line[2].GetInt32() == (int)ConsoleSource.Program);
            skipped += json.GetProperty("skipped").GetInt64();
        }
        Assert.True(skipped > 0);
        Assert.Equal(40_002, lines + skipped);
    }

    [Fact]
    public async Task A_batch_that_was_not_answered_is_sent_again_under_its_number()
    {
        var module = host.Page.JSInterop.SetupModule("./Components/Console/ConsoleView.razor.js");
        var browser = module.SetupModule(call => call.Identifier == "open");
        browser.Mode = JSRuntimeMode.Loose;
        var append = browser.SetupVoid(call => call.Identifier == "append");
        append.SetCanceled();    // as when the connection breaks before the answer
        host.Page.Render<ConsoleView>(parameters => parameters.Add(view => view.ServerId, host.Server));
        Feed.Publish([new(DateTimeOffset.UtcNow, "one")], ConsoleSource.Program);
        await Deadline.UntilAsync("a repetition", () => Calls("append").Count >= 2);
        append.SetVoidResult();
        Assert.Equal(Calls("append")[0].Arguments[0], Calls("append")[1].Arguments[0]);
    }

    [Fact]
    public async Task Commands_are_sent_and_refusals_come_back_in_words()
    {
        var view = Render();
        await view.WaitForAssertionAsync(() => Assert.False(view.Find("[data-part=entry]").HasAttribute("disabled")), Deadline.Usual);
        Assert.Null(await view.InvokeAsync(() => view.Instance.Send("say hi")));
        Assert.Equal(["say hi"], host.Core.Cluster.Typed);
        Assert.Equal("Type a command.", await view.InvokeAsync(() => view.Instance.Send("  ")));
        Assert.Contains("No line breaks", await view.InvokeAsync(() => view.Instance.Send("a\nb")), StringComparison.Ordinal);
        host.Core.Cluster.Down = true;
        Assert.NotNull(await view.InvokeAsync(() => view.Instance.Send("list")));
        Assert.Equal(["say hi"], host.Core.Cluster.Typed);
    }

    [Fact]
    public async Task Nothing_can_be_typed_while_the_server_does_not_run()
    {
        var view = Render();
        await host.Core.Get<Panel.Core.Servers.ChangePower>().RunAsync(host.Owner, host.Server, Panel.Contracts.Servers.PowerAction.Stop, CancellationToken.None);
        await view.WaitForAssertionAsync(() =>
        {
            var entry = view.Find("[data-part=entry]");
            Assert.True(entry.HasAttribute("disabled"));
            Assert.Equal("The server is offline; start it to type commands", entry.GetAttribute("placeholder"));
        }, Deadline.Usual);
    }

    [Fact]
    public async Task Somebody_elses_console_stays_shut()
    {
        var other = await host.Core.AccountAsync("eve");
        host.SignIn(other);
        Feed.Publish([new(DateTimeOffset.UtcNow, "secret")], ConsoleSource.Program);
        var view = Render();
        await view.WaitForAssertionAsync(() => Assert.Contains("Server was not found.", view.Find("[role=alert]").TextContent, StringComparison.Ordinal), Deadline.Usual);
        Assert.Empty(Sent());
    }

    ConsoleFeed Feed => host.Core.Get<ConsoleHub>().Feed(host.Server);

    IRenderedComponent<ConsoleView> Render()
    {
        var module = host.Page.JSInterop.SetupModule("./Components/Console/ConsoleView.razor.js");
        var browser = module.SetupModule(call => call.Identifier == "open");
        browser.Mode = JSRuntimeMode.Loose;
        return host.Page.Render<ConsoleView>(parameters => parameters.Add(view => view.ServerId, host.Server));
    }

    IReadOnlyList<JSRuntimeInvocation> Calls(string name) => [.. host.Page.JSInterop.Invocations[name]];

    IEnumerable<string> Sent() => Calls("append").Select(call => Encoding.UTF8.GetString((byte[])call.Arguments[1]!));
}
