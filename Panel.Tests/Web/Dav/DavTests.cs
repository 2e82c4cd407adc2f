using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Keys;
using Panel.Core.Servers;
using Panel.Core.Users;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Web.Dav;

/// <summary>Who gets at what by WebDAV.</summary>
[Trait("Lane", "cluster")]
public sealed class DavTests : IAsyncLifetime
{
    const string Password = "Correct-Horse-9-Battery-2";
    static readonly XNamespace dav = "DAV:";

    PanelWithServer panel = default!;
    Actor bob = default!;

    string Root => $"/dav/{panel.Server}/";

    public async ValueTask InitializeAsync()
    {
        panel = await PanelWithServer.StartAsync();
        await panel.WriteAsync("/config/a.txt", "one"u8.ToArray());
        var id = await panel.Get<CreateAccount>().RunAsync(panel.Admin, new() { Email = "bob@example.org", Password = Password }, CancellationToken.None);
        bob = (await panel.Get<Actors>().FindAsync(id, null, CancellationToken.None))!;
    }

    public ValueTask DisposeAsync() => panel.DisposeAsync();

    [Fact]
    public async Task Password_is_taken_with_the_limits_of_signing_in_and_not_where_a_second_step_is_asked_for()
    {
        using var bare = new HttpRequestMessage(new("PROPFIND"), "/dav/") { Headers = { { "Depth", "1" } } };
        using var stranger = await panel.Http.SendAsync(bare);      // its cookie counts for nothing
        Assert.Equal((HttpStatusCode.Unauthorized, "Basic"), (stranger.StatusCode, stranger.Headers.WwwAuthenticate.Single().Scheme));
        Assert.Equal(HttpStatusCode.MultiStatus, (await SendAsync("PROPFIND", "/dav/", "bob@example.org", Password)).StatusCode);

        using (var scope = panel.Get<IServiceScopeFactory>().CreateScope())
        {
            var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
            await accounts.SetTwoFactorEnabledAsync((await accounts.FindByIdAsync(bob.UserId))!, true);
        }
        panel.Get<AccountChanges>().Changed(bob.UserId);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("PROPFIND", "/dav/", "bob@example.org", Password)).StatusCode);
        var key = (await panel.Get<CreateKey>().RunAsync(bob, new() { Name = "dav" }, CancellationToken.None)).Text;
        Assert.Equal(HttpStatusCode.MultiStatus, (await SendAsync("PROPFIND", "/dav/", "bob@example.org", key)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("PROPFIND", "/dav/", PanelApp.AdminEmail, key)).StatusCode);

        for (var attempt = 0; attempt < FailedSignIns.Attempts; attempt++) Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("PROPFIND", "/dav/", PanelApp.AdminEmail, "Wrong-Horse-9-Battery")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("PROPFIND", "/dav/", PanelApp.AdminEmail, PanelApp.AdminPassword)).StatusCode);
    }

    [Fact]
    public async Task Server_of_somebody_else_is_not_there_and_each_verb_takes_its_permission()
    {
        string[] verbs = ["PROPFIND", "GET", "PUT", "DELETE", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "PROPPATCH"];
        foreach (var verb in verbs) Assert.Equal((verb, HttpStatusCode.NotFound), (verb, (await BobAsync(verb, Root + "config/a.txt")).StatusCode));
        Assert.Single((await ListAsync("/dav/")).Elements(dav + "response"));

        await LetInAsync(ServerPermissions.ListFiles);
        Assert.Equal(2, (await ListAsync("/dav/")).Elements(dav + "response").Count());
        foreach (var verb in verbs.Where(verb => verb is not ("PROPFIND" or "PUT" or "MKCOL"))) Assert.Equal((verb, HttpStatusCode.Forbidden), (verb, (await BobAsync(verb, Root + "config/a.txt")).StatusCode));
        Assert.Equal(HttpStatusCode.Forbidden, (await BobAsync("PUT", Root + "new.txt")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await BobAsync("MKCOL", Root + "new")).StatusCode);

        await panel.Get<ChangeMember>().RunAsync(panel.Admin, panel.Server, bob.UserId, new() { Permissions = [ServerPermissions.ListFiles, ServerPermissions.ReadFiles, ServerPermissions.CreateFiles] }, CancellationToken.None);
        Assert.Equal("one", await (await BobAsync("GET", Root + "config/a.txt")).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Created, (await BobAsync("PUT", Root + "new.txt")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await BobAsync("PUT", Root + "config/a.txt")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await BobAsync("DELETE", Root + "new.txt")).StatusCode);
        Assert.Equal("one"u8.ToArray(), await panel.ReadAsync("/config/a.txt"));
    }

    [Fact]
    public async Task Download_ends_within_two_seconds_of_being_taken_out()
    {
        await LetInAsync(ServerPermissions.ListFiles, ServerPermissions.ReadFiles);
        var bytes = new byte[96 << 20];
        await panel.Get<Core.Files.UploadFile>().RunAsync(panel.Admin, panel.Server, "/large.bin", new MemoryStream(bytes), bytes.Length, CancellationToken.None);
        using var socket = new TcpClient { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(panel.Http.BaseAddress!.Host, panel.Http.BaseAddress.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {Root}large.bin HTTP/1.1\r\nHost: {panel.Http.BaseAddress.Authority}\r\nAuthorization: {Basic("bob@example.org", Password)}\r\n\r\n"));
        Assert.True(await stream.ReadAsync(new byte[1024]).AsTask().Within("the first bytes") > 0);
        await panel.Get<RemoveMember>().RunAsync(panel.Admin, panel.Server, bob.UserId, CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(2));
        var rest = 0L;
        try
        {
            var buffer = new byte[1 << 20];
            while (await stream.ReadAsync(buffer).AsTask().Within("the end") is > 0 and var read) rest += read;
        }
        catch (IOException) { rest = Math.Max(rest, 0); }      // the connection was cut
        Assert.InRange(rest, 0, bytes.Length - 1);
    }

    [Fact]
    public async Task What_could_do_harm_is_refused()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await AdminAsync("PROPFIND", Root, """<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><propfind xmlns="DAV:"><prop>&e;</prop></propfind>""")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await AdminAsync("PROPFIND", Root, $"<propfind xmlns=\"DAV:\">{new string(' ', 70_000)}</propfind>")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await AdminAsync("PROPFIND", Root, depth: "infinity")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await AdminAsync("PROPFIND", Root + ".panel/bin")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await AdminAsync("DELETE", Root)).StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, (await AdminAsync("MOVE", Root + "config/a.txt", destination: "https://evil.example/dav/x/y")).StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, (await AdminAsync("COPY", Root + "config/a.txt", destination: $"/dav/{ServerId.New()}/a.txt")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await AdminAsync("COPY", Root + "config/a.txt", destination: Root + ".panel/x")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await AdminAsync("PUT", Root + "x%00y")).StatusCode is var odd && odd is HttpStatusCode.BadRequest or HttpStatusCode.NotFound ? HttpStatusCode.BadRequest : odd);
        Assert.Equal("one"u8.ToArray(), await panel.ReadAsync("/config/a.txt"));
        Assert.Equal(HttpStatusCode.NoContent, (await AdminAsync("DELETE", Root + "config")).StatusCode);
        Assert.Equal("/config", Assert.Single(await panel.Get<Core.Files.FileBin>().ListAsync(panel.Admin, panel.Server, CancellationToken.None)).Path);
    }

    [Fact]
    public async Task Listing_tells_what_a_file_manager_needs()
    {
        await panel.WriteAsync("/config/wörld & <1>.txt", "12345"u8.ToArray());
        var list = XDocument.Parse(await (await AdminAsync("PROPFIND", Root + "config/", depth: "1")).Content.ReadAsStringAsync()).Root!;
        var file = list.Elements(dav + "response").Single(one => one.Descendants(dav + "displayname").Single().Value == "wörld & <1>.txt");
        Assert.Equal($"{Root}config/w%C3%B6rld%20%26%20%3C1%3E.txt", file.Element(dav + "href")!.Value);
        Assert.Equal("5", file.Descendants(dav + "getcontentlength").Single().Value);
        Assert.Equal($"{Root}config/", list.Elements(dav + "response").First().Element(dav + "href")!.Value);
        Assert.Equal("12345", await (await AdminAsync("GET", file.Element(dav + "href")!.Value)).Content.ReadAsStringAsync());
        using var part = new HttpRequestMessage(HttpMethod.Get, file.Element(dav + "href")!.Value) { Headers = { Range = new(1, 2), Authorization = AuthenticationHeaderValue.Parse(Basic(PanelApp.AdminEmail, PanelApp.AdminPassword)) } };
        Assert.Equal("23", await (await panel.Http.SendAsync(part)).Content.ReadAsStringAsync());
    }

    async Task LetInAsync(params string[] permissions) =>
        await panel.Get<AcceptInvitation>().RunAsync(bob, (await panel.Get<InviteMember>().RunAsync(panel.Admin, panel.Server, new() { Email = "bob@example.org", Permissions = [.. permissions] }, CancellationToken.None)).Token!, CancellationToken.None);

    async Task<XElement> ListAsync(string path) => XDocument.Parse(await (await SendAsync("PROPFIND", path, "bob@example.org", Password, depth: "1")).Content.ReadAsStringAsync()).Root!;

    Task<HttpResponseMessage> BobAsync(string verb, string path) => SendAsync(verb, path, "bob@example.org", Password, Body(verb), "0", $"{Root}other.txt");

    Task<HttpResponseMessage> AdminAsync(string verb, string path, string? body = null, string depth = "0", string? destination = null) => SendAsync(verb, path, PanelApp.AdminEmail, PanelApp.AdminPassword, body, depth, destination);

    static string? Body(string verb) => verb switch
    {
        "LOCK" => """<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>""",
        "PROPPATCH" => """<propertyupdate xmlns="DAV:"><set><prop><x xmlns="y">1</x></prop></set></propertyupdate>""",
        "PUT" => "text",
        _ => null,
    };

    async Task<HttpResponseMessage> SendAsync(string verb, string path, string name, string secret, string? body = null, string depth = "0", string? destination = null)
    {
        using var request = new HttpRequestMessage(new(verb), path) { Headers = { { "Authorization", Basic(name, secret) }, { "Depth", depth } } };
        if (destination is not null) request.Headers.Add("Destination", destination);
        if (verb == "UNLOCK") request.Headers.Add("Lock-Token", "<urn:uuid:x>");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/xml");
        return await panel.Http.SendAsync(request).Within($"{verb} {path}");
    }

    static string Basic(string name, string secret) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{secret}"));
}
