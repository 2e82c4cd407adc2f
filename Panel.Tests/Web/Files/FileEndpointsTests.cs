using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Panel.Contracts.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Web.Files;

/// <summary>The bytes of files over real HTTP, with the cluster of this machine behind it.</summary>
[Trait("Lane", "cluster")]
public sealed class FileEndpointsTests : IAsyncLifetime
{
    PanelWithServer panel = default!;

    HttpClient Http => panel.Http;

    public async ValueTask InitializeAsync() => panel = await PanelWithServer.StartAsync();

    public ValueTask DisposeAsync() => panel.DisposeAsync();

    [Fact]
    public async Task What_was_sent_comes_back_byte_by_byte()
    {
        var bytes = RandomNumberGenerator.GetBytes(40 * 1024 * 1024);      // above what Kestrel takes by itself
        Assert.Equal(HttpStatusCode.NoContent, (await PutAsync("/maps/wörld 1/\"q\";x.bin", bytes)).StatusCode);

        using var answer = await Http.GetAsync(Content("/maps/wörld 1/\"q\";x.bin"), HttpCompletionOption.ResponseHeadersRead).Within("the download");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        var disposition = answer.Content.Headers.ContentDisposition!;
        Assert.Equal("attachment", disposition.DispositionType);
        Assert.Equal("\"q\";x.bin", disposition.FileNameStar);
        Assert.Equal(SHA256.HashData(bytes), await SHA256.HashDataAsync(await answer.Content.ReadAsStreamAsync()));

        Assert.Equal(HttpStatusCode.NoContent, (await PutAsync("/empty", [])).StatusCode);
        Assert.Empty(await Http.GetByteArrayAsync(Content("/empty")));
    }

    [Fact]
    public async Task Download_that_broke_off_goes_on_and_a_changed_file_begins_again()
    {
        var bytes = RandomNumberGenerator.GetBytes(2_000_000);
        await PutAsync("/world.bin", bytes);
        using var head = await Http.SendAsync(new(HttpMethod.Head, Content("/world.bin")));
        Assert.Equal((HttpStatusCode.OK, 2_000_000), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Equal("bytes", head.Headers.AcceptRanges.Single());
        var tag = head.Headers.ETag!;
        foreach (var (from, to, first, count) in new (long?, long?, int, int)[] { (0, 0, 0, 1), (1_500_000, null, 1_500_000, 500_000), (null, 10, 1_999_990, 10), (5, 14, 5, 10), (1_999_999, 5_000_000, 1_999_999, 1) })
        {
            using var part = await PartAsync(from, to, new(tag));
            Assert.Equal((HttpStatusCode.PartialContent, count, $"bytes {first}-{first + count - 1}/2000000"), (part.StatusCode, (int)part.Content.Headers.ContentLength!, part.Content.Headers.ContentRange!.ToString()));
            Assert.Equal(bytes[first..(first + count)], await part.Content.ReadAsByteArrayAsync());
        }
        using var behind = await PartAsync(2_000_000, null, null);
        Assert.Equal((HttpStatusCode.RequestedRangeNotSatisfiable, "bytes */2000000"), (behind.StatusCode, behind.Content.Headers.ContentRange!.ToString()));
        using var same = new HttpRequestMessage(HttpMethod.Get, Content("/world.bin")) { Headers = { IfNoneMatch = { tag } } };
        Assert.Equal(HttpStatusCode.NotModified, (await Http.SendAsync(same)).StatusCode);

        await PutAsync("/world.bin", [1, 2, 3]);
        using var other = await PartAsync(1, null, new(tag));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal([1, 2, 3], await other.Content.ReadAsByteArrayAsync());

        async Task<HttpResponseMessage> PartAsync(long? from, long? to, RangeConditionHeaderValue? condition)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Content("/world.bin")) { Headers = { Range = new(from, to), IfRange = condition } };
            return await Http.SendAsync(request).Within("the part");
        }
    }

    [Fact]
    public async Task Folder_comes_as_an_archive_with_all_that_is_in_it()
    {
        foreach (var name in (string[])["/world/level.dat", "/world/region/r 1.mca", "/world/-rf", "/other.txt"]) await PutAsync(name, Encoding.UTF8.GetBytes(name));
        using var answer = await Http.GetAsync(Archive("/", "world"), HttpCompletionOption.ResponseHeadersRead).Within("the archive");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("world.tar.gz", answer.Content.Headers.ContentDisposition!.FileNameStar);
        Assert.Equal(["world/-rf", "world/level.dat", "world/region/r 1.mca"], await EntriesAsync(answer));
        using var inside = await Http.GetAsync(Archive("/world", "-rf", "region"));
        Assert.Equal(["-rf", "region/r 1.mca"], (await EntriesAsync(inside)).Select(name => name.Replace("world/", "", StringComparison.Ordinal)));
        using var whole = await Http.GetAsync(Archive("/world"));
        Assert.Equal(3, (await EntriesAsync(whole)).Count);
        await AssertProblemAsync(await Http.GetAsync(Archive("/none")), HttpStatusCode.NotFound);
        await AssertProblemAsync(await Http.GetAsync(Archive("/", "..")), HttpStatusCode.BadRequest);
        await AssertProblemAsync(await Http.GetAsync(Archive("/", "a/b")), HttpStatusCode.BadRequest);
    }

    string Archive(string path, params string[] names) =>
        $"/api/v1/servers/{panel.Server}/files/archive?path={Uri.EscapeDataString(path)}{string.Concat(names.Select(name => $"&name={Uri.EscapeDataString(name)}"))}";

    // each holds its own path
    static async Task<IReadOnlyList<string>> EntriesAsync(HttpResponseMessage answer)
    {
        await using var unpacked = new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        await using var tar = new TarReader(unpacked);
        var names = new List<string>();
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
        {
            if (entry.DataStream is null) continue;
            using var text = new StreamReader(entry.DataStream);
            var content = await text.ReadToEndAsync();
            Assert.EndsWith(entry.Name.TrimStart('.'), content, StringComparison.Ordinal);
            names.Add(content.TrimStart('/'));
        }
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    [Fact]
    public async Task Archive_is_made_and_unpacked_by_jobs()
    {
        foreach (var name in (string[])["/world/level.dat", "/world/region/r 1.mca"]) await PutAsync(name, Encoding.UTF8.GetBytes(name));
        await JobAsync("archives", new { folder = "/", names = (string[])["world"], target = "/w.tar.zst" }, "done");
        await JobAsync("extractions", new { path = "/w.tar.zst", folder = "/copy" }, "done");
        Assert.Equal("/world/region/r 1.mca", await Http.GetStringAsync(Content("/copy/world/region/r 1.mca")));
        await JobAsync("extractions", new { path = "/w.tar.zst", folder = "/copy", existing = "keep" }, "done");
        await JobAsync("archives", new { folder = "/", names = (string[])["none"], target = "/n.zip" }, "failed");
        await AssertProblemAsync(await PostAsync("archives", new { folder = "/", names = (string[])["world"], target = "/w.rar" }), HttpStatusCode.BadRequest);
        await AssertProblemAsync(await PostAsync($"jobs/{Guid.NewGuid()}/answer", new { existing = "keep" }), HttpStatusCode.NotFound);
        Assert.Equal(["copy", "w.tar.zst", "world"], (await panel.NamesAsync("/")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Verbs_of_files_answer()
    {
        await PutAsync("/config/server.cfg", "port=1\nname=Größe\n"u8.ToArray());
        var sums = await Http.GetFromJsonAsync<JsonElement>($"/api/v1/servers/{panel.Server}/files/checksums?path=/config/server.cfg");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("port=1\nname=Größe\n"u8)), sums.GetProperty("sha256").GetString());
        using (var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/servers/{panel.Server}/files/mode") { Content = JsonContent.Create(new { folder = "/", names = (string[])["config"], mode = "0600", deep = true }) })
        {
            request.Headers.Add("X-Requested-With", "Panel");
            Assert.Equal(HttpStatusCode.NoContent, (await Http.SendAsync(request)).StatusCode);
        }
        Assert.Equal("0600", (await Http.GetFromJsonAsync<JsonElement>($"/api/v1/servers/{panel.Server}/files/details?path=/config/server.cfg")).GetProperty("mode").GetString());
        Assert.Equal("0700", (await Http.GetFromJsonAsync<JsonElement>($"/api/v1/servers/{panel.Server}/files/details?path=/config")).GetProperty("mode").GetString());
        Assert.Equal("folder", (await Http.GetFromJsonAsync<JsonElement>($"/api/v1/servers/{panel.Server}/files/details?path=/config")).GetProperty("kind").GetString());
        var match = Assert.Single((await Http.GetFromJsonAsync<JsonElement>($"/api/v1/servers/{panel.Server}/files/search?text=GR%C3%B6%C3%9Fe&contents=true")).EnumerateArray());
        Assert.Equal(("/config/server.cfg", 2, "name=Größe"), (match.GetProperty("path").GetString(), match.GetProperty("line").GetInt32(), match.GetProperty("text").GetString()));
        await AssertProblemAsync(await Http.GetAsync($"/api/v1/servers/{panel.Server}/files/search?text=(&contents=true&regex=true"), HttpStatusCode.BadRequest);
        await AssertProblemAsync(await Http.GetAsync($"/api/v1/servers/{panel.Server}/files/checksums?path=/none"), HttpStatusCode.NotFound);
    }

    async Task JobAsync(string what, object request, string end)
    {
        var answer = await PostAsync(what, request);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        var state = "";
        await Deadline.UntilAsync($"the end of {what}", async () =>
        {
            var jobs = await Http.GetFromJsonAsync<JsonElement>($"/api/v1/servers/{panel.Server}/files/jobs");
            state = jobs.EnumerateArray().Single(job => job.GetProperty("id").GetString() == id).GetProperty("state").GetString();
            return state is "done" or "failed" or "asking";
        });
        Assert.Equal(end, state);
    }

    async Task<HttpResponseMessage> PostAsync(string what, object request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/servers/{panel.Server}/files/{what}") { Content = JsonContent.Create(request) };
        message.Headers.Add("X-Requested-With", "Panel");
        return await Http.SendAsync(message).Within(what);
    }

    [Fact]
    public async Task Refusals_are_told_as_problems()
    {
        await AssertProblemAsync(await Http.GetAsync(Content("/none.txt")), HttpStatusCode.NotFound);
        await AssertProblemAsync(await Http.GetAsync(Content("/../etc/passwd")), HttpStatusCode.BadRequest);
        await AssertProblemAsync(await Http.GetAsync(Content("/")), HttpStatusCode.BadRequest);
        await AssertProblemAsync(await Http.GetAsync(Content("/x", ServerId.New())), HttpStatusCode.NotFound);
        await AssertProblemAsync(await PutAsync("/a/../../b", [1]), HttpStatusCode.BadRequest);
        await AssertProblemAsync(await PutAsync("/x", [1], id: ServerId.New()), HttpStatusCode.NotFound);
        await PutAsync("/folder/x", [1]);
        await AssertProblemAsync(await PutAsync("/folder", [1]), HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_foreign_page_cannot_write_with_the_cookie()
    {
        await AssertProblemAsync(await PutAsync("/x", [1], script: false), HttpStatusCode.Forbidden);
        await AssertProblemAsync(await PutAsync("/x", [1], site: "cross-site"), HttpStatusCode.Forbidden);
        await AssertProblemAsync(await PutAsync("/x", [1], site: "same-site"), HttpStatusCode.Forbidden);
        Assert.Equal(HttpStatusCode.NoContent, (await PutAsync("/x", [1], site: "same-origin")).StatusCode);

        using var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Http.BaseAddress };
        Assert.NotEqual(HttpStatusCode.OK, (await stranger.GetAsync(Content("/x"))).StatusCode);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_not_taken()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Content("/x")) { Content = JsonContent.Create("chunked") };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-Requested-With", "Panel");
        await AssertProblemAsync(await Http.SendAsync(request), HttpStatusCode.LengthRequired);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_the_old_file_and_nothing_else()
    {
        await PutAsync("/broken/config.yml", "old: true"u8.ToArray());
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(Http.BaseAddress!.Host, Http.BaseAddress.Port);
            var head = string.Create(CultureInfo.InvariantCulture, $"PUT {Content("/broken/config.yml")} HTTP/1.1\r\nHost: {Http.BaseAddress.Authority}\r\nCookie: {panel.Cookies.GetCookieHeader(Http.BaseAddress)}\r\nX-Requested-With: Panel\r\nContent-Length: 5000000\r\n\r\n");
            var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            await stream.WriteAsync(new byte[1_000_000]);
            await Task.Delay(1000);
        }
        await Deadline.UntilAsync("the broken upload's end", async () => (await panel.NamesAsync("/broken")) is ["config.yml"]);
        Assert.Equal("old: true", await Http.GetStringAsync(Content("/broken/config.yml")));
    }

    Uri Content(string path, ServerId? id = null) => new($"/api/v1/servers/{id ?? panel.Server}/files/content?path={Uri.EscapeDataString(path)}", UriKind.Relative);

    async Task<HttpResponseMessage> PutAsync(string path, byte[] bytes, ServerId? id = null, bool script = true, string? site = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Content(path, id)) { Content = new ByteArrayContent(bytes) };
        if (script) request.Headers.Add("X-Requested-With", "Panel");
        if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
        return await Http.SendAsync(request).Within($"PUT {path}");
    }

    static async Task AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.NotEqual("", problem.GetProperty("title").GetString());
    }
}
