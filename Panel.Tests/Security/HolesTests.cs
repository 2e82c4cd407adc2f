using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Panel.Web.Accounts;
using Xunit;

namespace Panel.Tests.Security;

/// <summary>Holes of other panels that no test of a capability shows by itself. docs/security.md has the whole list.</summary>
public sealed class HolesTests
{
    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..%2f..%2fappsettings")]
    [InlineData("/etc/passwd")]
    [InlineData("Panel.Core.Servers.Server, Panel.Core")]
    [InlineData("demo.json")]
    [InlineData("DEMO\0")]
    public async Task Name_in_a_request_selects_an_entry_and_never_a_file_or_a_type_CVE_2025_49132(string name)
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        foreach (var request in new CreateServerRequest[] { new() { Name = "One", Template = name, Plan = "tiny" }, new() { Name = "One", Template = "demo", Plan = name }, new() { Name = "One", Template = "demo", Plan = "tiny", Image = name } })
            await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<CreateServer>().RunAsync(ann, request, default));
        Assert.Empty(await host.Get<ServerQueries>().ListAsync(ann, default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Forty_thousand_names_are_one_question_to_the_database_CVE_2026_21696(bool postgres)
    {
        await using var host = postgres ? await CoreHost.OnPostgresAsync() : await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        var id = await host.ServerAsync(ann);
        IReadOnlyList<ServerId> many = [.. Enumerable.Range(0, 40_000).Select(_ => ServerId.New()), id];
        Assert.Equal(id, Assert.Single(await host.Get<ServerQueries>().ListAsync(ann, many, default)).Id);

        using var deadline = Deadline.Source();
        await using var following = host.Get<FollowServers>().RunAsync(ann, deadline.Token).GetAsyncEnumerator(deadline.Token);
        Assert.True(await following.MoveNextAsync());
        var next = following.MoveNextAsync().AsTask();
        foreach (var changed in many) host.Get<ChangedServers>().Tell(changed);
        Assert.True(await next.Within("the change"));
        Assert.Contains(id, following.Current);
    }

    [Fact]
    public async Task Message_that_is_too_large_ends_the_live_connection_CVE_2025_69199()
    {
        await using var app = new PanelApp();
        var cookies = new CookieContainerHandler();
        using var visitor = new Visitor(app.CreateDefaultClient(cookies));
        await visitor.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        var sockets = app.Server.CreateWebSocketClient();
        sockets.ConfigureRequest = request => request.Headers.Cookie = cookies.Container.GetCookieHeader(app.ClientOptions.BaseAddress);
        using var deadline = Deadline.Source();
        using var socket = await sockets.ConnectAsync(new Uri(app.ClientOptions.BaseAddress, "_blazor"), deadline.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, deadline.Token);
        // the length that its first bytes announce is what is too much: nothing waits until so many have come
        await socket.SendAsync(new byte[] { 0xff, 0xff, 0xff, 0xff, 0x07 }.Concat(new byte[64 * 1024]).ToArray(), WebSocketMessageType.Binary, true, deadline.Token);
        var buffer = new byte[4096];
        var closed = false;
        try
        {
            while (!closed) closed = (await socket.ReceiveAsync(buffer, deadline.Token)).MessageType is WebSocketMessageType.Close;
        }
        catch (Exception broken) when (broken is WebSocketException or IOException)
        {
            closed = true;
        }
        Assert.True(closed);
    }

    [Fact]
    public void Account_has_so_many_live_pages_and_no_more_CVE_2025_69199()
    {
        var open = new OpenCircuits();
        Parallel.For(0, OpenCircuits.Most, _ => open.Open("ann"));
        Assert.Throws<ConflictException>(() => open.Open("ann"));
        open.Open("bob");
        open.Close("ann");
        open.Open("ann");
        Assert.Throws<ConflictException>(() => open.Open("ann"));
    }
}
