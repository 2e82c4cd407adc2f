using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files.Jobs;
using Panel.Core.Files.Pulls;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Files;

/// <summary>Files from addresses that people give, with a real web server that answers as an attacker's would.</summary>
public sealed class PullTests : IAsyncLifetime
{
    const int Large = 3_000_000;

    readonly List<string> asked = [];
    CoreHost host = null!;
    WebApplication web = null!;
    Actor ann = null!;
    ServerId id;
    int port;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        web = builder.Build();
        web.Run(AnswerAsync);
        await web.StartAsync();
        port = new Uri(web.Urls.Single()).Port;
        host = await CoreHost.OnSqliteAsync(("Panel:Files:Pulls:AllowedNetworks:0", "127.0.0.1/32"), ("Panel:Files:Pulls:Bytes", "5000000"), ("Panel:Files:Pulls:InTenMinutes", "12"));
        ann = await host.AccountAsync();
        id = await host.ServerAsync(ann, start: false);
        await host.DrainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await web.DisposeAsync();
    }

    [Fact]
    public async Task File_is_fetched_whole_and_the_audit_keeps_no_secret_of_its_address()
    {
        var end = await EndAsync(new() { Address = $"http://127.0.0.1:{port}/large?token=secret", Folder = "/mods" });
        Assert.True(end.State is FileJobState.Done, end.Text);
        var node = await NodeAsync();
        Assert.Equal(Bytes(Large), node.Files["/mods/large"]);
        await using var db = host.Open();
        Assert.Equal($"/mods/large from http://127.0.0.1:{port}/large, {Large} bytes", db.Audit.Single(record => record.Action == "file.pull").Detail);
        Assert.DoesNotContain("secret", end.Subject, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attachment; filename=\"../../etc/passwd\"", "passwd"), InlineData("attachment; filename=\"..\\\\..\\\\x.exe\"", "x.exe"), InlineData("attachment; filename=\".panel\"", "panel")]
    [InlineData("attachment; filename*=UTF-8''W%C3%B6rld%0A%E2%80%AE.zip", "Wörld.zip"), InlineData("attachment; filename=\"..\"", "named"), InlineData("attachment; filename=\"\"", "named"), InlineData("not at all", "named"), InlineData("attachment; filename=\"a:b|c.zip\"", "abc.zip")]
    public async Task Name_that_the_sender_gives_is_made_safe(string disposition, string name)
    {
        var end = await EndAsync(new() { Address = $"http://127.0.0.1:{port}/named?{Uri.EscapeDataString(disposition)}" });
        Assert.True(end.State is FileJobState.Done, end.Text);
        Assert.Equal([$"/{name}"], (await NodeAsync()).Files.Keys);
    }

    [Theory]
    [InlineData("http://127.0.0.2:{0}/x"), InlineData("http://[::1]:{0}/x"), InlineData("http://[::ffff:127.0.0.2]:{0}/x"), InlineData("http://[::ffff:7f00:2]:{0}/x")]
    [InlineData("http://2130706434:{0}/x"), InlineData("http://0x7f000002:{0}/x"), InlineData("http://0177.0.0.2:{0}/x"), InlineData("http://127.2:{0}/x"), InlineData("http://0:{0}/x")]
    [InlineData("http://169.254.169.254/latest/meta-data"), InlineData("http://[fd00:ec2::254]/latest"), InlineData("http://10.0.0.1/"), InlineData("http://100.64.0.1/"), InlineData("http://[64:ff9b::a9fe:a9fe]/"), InlineData("http://[2002:7f00:1::]/"), InlineData("http://192.168.1.1:8080/")]
    public async Task Address_inside_is_refused_in_every_disguise_CVE_2024_34068(string address)
    {
        var end = await EndAsync(new() { Address = string.Format(System.Globalization.CultureInfo.InvariantCulture, address, port) });
        Assert.Equal(FileJobState.Failed, end.State);
        Assert.Contains("no address of the open network", end.Text, StringComparison.Ordinal);
        Assert.Empty(asked);
        Assert.Empty((await NodeAsync()).Files);
    }

    [Theory]
    [InlineData("file:///etc/passwd"), InlineData("gopher://127.0.0.1/x"), InlineData("ftp://example.org/x"), InlineData("http://user:pass@example.org/x"), InlineData("http://example.org:22/x"), InlineData("http://example.org:6/"), InlineData("//example.org/x"), InlineData("example.org/x"), InlineData(""), InlineData("http:///x")]
    public async Task Address_of_another_kind_is_refused_by_its_field(string address) =>
        Assert.Contains("Address", (await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<PullFile>().RunAsync(ann, id, new() { Address = address }, default))).Errors.Keys);

    [Theory]
    [InlineData("http://127.0.0.2:{0}/x"), InlineData("//127.0.0.2:{0}/x"), InlineData("file:///etc/passwd"), InlineData("http://a:b@127.0.0.1:{0}/x"), InlineData("http://127.0.0.1:22/"), InlineData("http://169.254.169.254/"), InlineData("/loop")]
    public async Task Redirect_to_where_nothing_is_fetched_is_refused(string location)
    {
        var target = string.Format(System.Globalization.CultureInfo.InvariantCulture, location, port);
        var end = await EndAsync(new() { Address = $"http://127.0.0.1:{port}/{(location == "/loop" ? "loop" : $"to?{Uri.EscapeDataString(target)}")}" });
        Assert.Equal(FileJobState.Failed, end.State);
        Assert.InRange(asked.Count, 1, 6);
        Assert.DoesNotContain("/x", asked);
        Assert.Empty((await NodeAsync()).Files);
    }

    [Fact]
    public async Task Redirect_that_is_allowed_is_followed()
    {
        var end = await EndAsync(new() { Address = $"http://127.0.0.1:{port}/to?{Uri.EscapeDataString("/deep/large")}" });
        Assert.True(end.State is FileJobState.Done, end.Text);
        Assert.Equal("/large", Assert.Single((await NodeAsync()).Files).Key);
    }

    [Fact]
    public async Task Name_is_judged_by_the_address_that_is_connected_to_whatever_it_says_later()
    {
        // good at the first look, inside at the second: what was looked at is what is connected to
        string[] answers = ["127.0.0.1", "127.0.0.2"];
        var looks = 0;
        using var client = Client((name, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers[Math.Min(looks++, 1)])]));
        using (var answer = await client.GetAsync(new($"http://rebind.example:{port}/large"), default)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, looks);
        await Assert.ThrowsAsync<ConflictException>(() => client.GetAsync(new($"http://rebind.example:{port}/large"), default));
        Assert.Equal((2, 1), (looks, asked.Count));

        // and at a redirect to the same name
        looks = 0;
        await Assert.ThrowsAsync<ConflictException>(() => client.GetAsync(new($"http://rebind.example:{port}/to?{Uri.EscapeDataString("/x")}"), default));
        Assert.DoesNotContain("/x", asked);
    }

    [Fact]
    public async Task Name_with_an_address_inside_among_others_leads_to_the_others_alone()
    {
        using var client = Client((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Parse("::ffff:10.0.0.1"), IPAddress.Parse("::ffff:127.0.0.1")]));
        using var answer = await client.GetAsync(new($"http://mixed.example:{port}/large"), default);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory, InlineData("/declared", "larger than"), InlineData("/endless", "larger than"), InlineData("/short", "broke"), InlineData("/missing", "404")]
    public async Task What_is_too_large_or_breaks_leaves_nothing(string path, string why)
    {
        var end = await EndAsync(new() { Address = $"http://127.0.0.1:{port}{path}" });
        Assert.Equal(FileJobState.Failed, end.State);
        Assert.Contains(why, end.Text, StringComparison.Ordinal);
        Assert.Empty((await NodeAsync()).Files);
    }

    [Fact]
    public async Task Fetching_can_be_cancelled_and_has_a_pace()
    {
        var job = await host.Get<PullFile>().RunAsync(ann, id, new() { Address = $"http://127.0.0.1:{port}/hangs" }, default);
        await Deadline.UntilAsync("some bytes", async () => (await FindAsync(job.Id)).Done > 0);
        await host.Get<FileJobs>().CancelAsync(ann, id, job.Id, default);
        await Deadline.UntilAsync("the end", async () => (await FindAsync(job.Id)).State is FileJobState.Cancelled);
        Assert.Empty((await NodeAsync()).Files);
        for (var more = 0; more < 11; more++) await EndAsync(new() { Address = $"http://127.0.0.1:{port}/missing" });
        Assert.Contains("ten minutes", (await Assert.ThrowsAsync<ConflictException>(() => host.Get<PullFile>().RunAsync(ann, id, new() { Address = $"http://127.0.0.1:{port}/large" }, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_there_is_replaced_only_when_that_is_wanted()
    {
        (await NodeAsync()).Files["/large"] = [1];
        Assert.Equal(FileJobState.Failed, (await EndAsync(new() { Address = $"http://127.0.0.1:{port}/large" })).State);
        Assert.Equal([1], (await NodeAsync()).Files["/large"]);
        Assert.Equal(FileJobState.Done, (await EndAsync(new() { Address = $"http://127.0.0.1:{port}/large", Replace = true })).State);
        Assert.Equal(Large, (await NodeAsync()).Files["/large"].Length);
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<PullFile>().RunAsync(ann, id, new() { Address = $"http://127.0.0.1:{port}/large", Name = "../x" }, default));
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<PullFile>().RunAsync(ann, id, new() { Address = $"http://127.0.0.1:{port}/large", Folder = "/.panel/bin" }, default));
    }

    async Task AnswerAsync(HttpContext context)
    {
        var (path, response) = (context.Request.Path.Value!, context.Response);
        lock (asked) asked.Add(path);
        var query = Uri.UnescapeDataString(context.Request.QueryString.Value!.TrimStart('?'));
        switch (path)
        {
            case "/large" or "/deep/large":
                response.ContentLength = Large;
                await response.Body.WriteAsync(Bytes(Large));
                break;
            case "/named":
                response.Headers.ContentDisposition = query;
                await response.Body.WriteAsync("x"u8.ToArray());
                break;
            case "/to":
                response.StatusCode = 302;
                response.Headers.Location = query;
                break;
            case "/loop":
                response.StatusCode = 307;
                response.Headers.Location = "/loop";
                break;
            case "/declared":
                response.ContentLength = 6_000_000;
                await response.Body.FlushAsync();
                await GoneAsync(context);
                break;
            case "/endless":
                while (!context.RequestAborted.IsCancellationRequested) await response.Body.WriteAsync(Bytes(100_000));
                break;
            case "/short":
                response.ContentLength = 2000;
                await response.Body.WriteAsync(Bytes(1000));
                await response.Body.FlushAsync();
                // an abort overtakes what is still on its way
                await Task.Delay(300);
                context.Abort();
                break;
            case "/hangs":
                await response.Body.WriteAsync(Bytes(1000));
                await response.Body.FlushAsync();
                await GoneAsync(context);
                break;
            default:
                response.StatusCode = 404;
                break;
        }
    }

    static Task GoneAsync(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(number => (byte)(number * 7 / 3))];

    static OutgoingClient Client(OutgoingClient.NameLookup lookup) => new(new Fixed(new() { AllowedNetworks = ["127.0.0.1/32"] }), lookup);

    async Task<FileJob> EndAsync(PullRequest request)
    {
        var job = await host.Get<PullFile>().RunAsync(ann, id, request, default);
        await Deadline.UntilAsync("the end", async () => (await FindAsync(job.Id)).Ended);
        return await FindAsync(job.Id);
    }

    async Task<FileJob> FindAsync(Guid job) => (await host.Get<FileJobs>().ListAsync(ann, id, default)).Single(one => one.Id == job);

    async Task<MemoryCluster.Node> NodeAsync() => host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!;

    sealed class Fixed(PullOptions options) : IOptionsMonitor<PullOptions>
    {
        public PullOptions CurrentValue => options;

        public PullOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<PullOptions, string?> listener) => null;
    }
}
