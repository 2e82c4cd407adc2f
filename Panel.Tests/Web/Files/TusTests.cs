using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Panel.Contracts.Servers;
using Panel.Core.Accounts.Keys;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Web.Files;

/// <summary>Uploads by tus 1.0.0 over real HTTP, with the cluster of this machine behind it.</summary>
[Trait("Lane", "cluster")]
public sealed class TusTests : IAsyncLifetime
{
    PanelWithServer panel = default!;

    public async ValueTask InitializeAsync() => panel = await PanelWithServer.StartAsync();

    public ValueTask DisposeAsync() => panel.DisposeAsync();

    string Uploads => $"/api/v1/servers/{panel.Server}/files/uploads";

    [Fact]
    public async Task Upload_in_parts_is_in_its_place_when_it_is_whole_and_not_before()
    {
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        var upload = await CreateAsync("/maps/wörld 1.bin", bytes.Length);
        Assert.Equal("0", Header(await HeadAsync(upload), "Upload-Offset"));
        using (var first = await PatchAsync(upload, 0, bytes.AsMemory(0, 1_000_000)))
        {
            Assert.Equal((HttpStatusCode.NoContent, "1000000"), (first.StatusCode, Header(first, "Upload-Offset")));
        }
        Assert.DoesNotContain("maps", await panel.NamesAsync("/"));
        using var look = await HeadAsync(upload);
        Assert.Equal(("1000000", "3000000", "no-store", "1.0.0"), (Header(look, "Upload-Offset"), Header(look, "Upload-Length"), look.Headers.CacheControl!.ToString(), Header(look, "Tus-Resumable")));
        Assert.True(DateTimeOffset.ParseExact(Header(look, "Upload-Expires"), "R", CultureInfo.InvariantCulture) > DateTimeOffset.UtcNow.AddHours(23));
        Assert.Equal("path " + Convert.ToBase64String(Encoding.UTF8.GetBytes("/maps/wörld 1.bin")), Header(look, "Upload-Metadata"));

        Assert.Equal(HttpStatusCode.Conflict, (await PatchAsync(upload, 0, bytes.AsMemory(0, 10))).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PatchAsync(upload, 1_000_001, bytes.AsMemory(0, 10))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PatchAsync(upload, 1_000_000, bytes)).StatusCode);
        using (var rest = await PatchAsync(upload, 1_000_000, bytes.AsMemory(1_000_000), chunked: true))
        {
            Assert.Equal((HttpStatusCode.NoContent, "3000000"), (rest.StatusCode, Header(rest, "Upload-Offset")));
        }
        Assert.Equal(bytes, await panel.ReadAsync("/maps/wörld 1.bin"));
        Assert.Equal("3000000", Header(await HeadAsync(upload), "Upload-Offset"));
    }

    [Fact]
    public async Task Connection_that_breaks_leaves_what_arrived()
    {
        var bytes = RandomNumberGenerator.GetBytes(4_000_000);
        var upload = await CreateAsync("/broken.bin", bytes.Length);
        using (var socket = new TcpClient())
        {
            var http = panel.Http.BaseAddress!;
            await socket.ConnectAsync(http.Host, http.Port);
            var head = $"PATCH {upload} HTTP/1.1\r\nHost: {http.Authority}\r\nCookie: {panel.Cookies.GetCookieHeader(http)}\r\nX-Requested-With: Panel\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 4000000\r\n\r\n";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await socket.GetStream().WriteAsync(bytes.AsMemory(0, 2_000_000));
            await Deadline.UntilAsync("some of it arrived", async () => Header(await HeadAsync(upload), "Upload-Offset") != "0");
        }
        var at = 0;
        await Deadline.UntilAsync("the upload went on", async () =>
        {
            at = int.Parse(Header(await HeadAsync(upload), "Upload-Offset"), CultureInfo.InvariantCulture);
            using var rest = await PatchAsync(upload, at, bytes.AsMemory(at));
            return rest.StatusCode == HttpStatusCode.NoContent;
        });
        Assert.InRange(at, 1, 2_000_000);
        Assert.Equal(bytes, await panel.ReadAsync("/broken.bin"));
    }

    [Fact]
    public async Task Bytes_that_are_not_what_they_should_be_are_not_kept()
    {
        byte[] bytes = [.. "hello world"u8];
        var upload = await CreateAsync("/checked.txt", bytes.Length, ("sha256", Convert.ToHexString(SHA256.HashData(bytes))));
        Assert.Equal((HttpStatusCode)460, (await PatchAsync(upload, 0, bytes.AsMemory(0, 5), checksum: "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=")).StatusCode);
        Assert.Equal("0", Header(await HeadAsync(upload), "Upload-Offset"));
        Assert.Equal(HttpStatusCode.BadRequest, (await PatchAsync(upload, 0, bytes.AsMemory(0, 5), checksum: "crc32 AAAA")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await PatchAsync(upload, 0, bytes.AsMemory(0, 5), checksum: "sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00=")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await PatchAsync(upload, 5, bytes.AsMemory(5), checksum: "sha256 " + Convert.ToBase64String(SHA256.HashData(bytes.AsSpan(5))))).StatusCode);
        Assert.Equal(bytes, await panel.ReadAsync("/checked.txt"));

        var other = await CreateAsync("/other.txt", bytes.Length, ("sha256", new string('0', 64)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PatchAsync(other, 0, bytes)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await HeadAsync(other)).StatusCode);
        Assert.DoesNotContain("other.txt", await panel.NamesAsync("/"));
    }

    [Theory]
    [InlineData(0), InlineData(11), InlineData((8 << 20) + 1)]
    public async Task File_comes_with_its_announcement(int size)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);
        using var request = Request(HttpMethod.Post, Uploads, ("Upload-Length", $"{size}"), ("Upload-Metadata", Metadata(("folder", "/new"), ("filename", "one.bin"))));
        request.Content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/offset+octet-stream") } };
        using var answer = await panel.Http.SendAsync(request).Within("the upload");
        Assert.Equal((HttpStatusCode.Created, $"{size}"), (answer.StatusCode, Header(answer, "Upload-Offset")));
        using var back = await panel.Http.GetAsync($"/api/v1/servers/{panel.Server}/files/content?path=/new/one.bin");
        Assert.Equal(bytes, await back.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task What_cannot_be_taken_is_refused_with_the_reason()
    {
        using var options = await panel.Http.SendAsync(new(HttpMethod.Options, Uploads));
        Assert.Equal((HttpStatusCode.NoContent, "1.0.0"), (options.StatusCode, Header(options, "Tus-Version")));
        Assert.Contains("creation-with-upload", Header(options, "Tus-Extension"), StringComparison.Ordinal);
        using var old = Request(HttpMethod.Post, Uploads, ("Upload-Length", "1"));
        old.Headers.Remove("Tus-Resumable");
        using var answer = await panel.Http.SendAsync(old);
        Assert.Equal((HttpStatusCode.PreconditionFailed, "1.0.0"), (answer.StatusCode, Header(answer, "Tus-Version")));

        await panel.WriteAsync("/here.txt", [1]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryCreateAsync(1, ("path", "/here.txt"))).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await TryCreateAsync(1, ("path", "/here.txt"), ("replace", "true"))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryCreateAsync(1, ("path", "/here.txt/x"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await TryCreateAsync(1, ("path", "/../x"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await TryCreateAsync(1)).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await TryCreateAsync(1L << 50, ("path", "/x"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await TryCreateAsync(1L << 33, ("path", "/x"))).StatusCode);     // the volume has 2 GiB
        Assert.Equal(HttpStatusCode.NotFound, (await HeadAsync($"{Uploads}/00000000000001-00000001")).StatusCode);
        using var foreign = Request(HttpMethod.Post, Uploads.Replace(panel.Server.ToString(), ServerId.New().ToString(), StringComparison.Ordinal), ("Upload-Length", "1"), ("Upload-Metadata", Metadata(("path", "/x"))));
        Assert.Equal(HttpStatusCode.NotFound, (await panel.Http.SendAsync(foreign)).StatusCode);

        var upload = await CreateAsync("/gone.txt", 2);
        using var typed = await PatchAsync(upload, 0, new byte[1], type: "application/octet-stream");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, typed.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await panel.Http.SendAsync(Request(HttpMethod.Delete, upload))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await HeadAsync(upload)).StatusCode);
    }

    [Fact]
    public async Task Independent_client_uploads_with_a_key_and_goes_on_after_a_break()
    {
        var web = Path.Combine(SourceTree.Root, "Panel.Web");
        Assert.SkipUnless(Directory.Exists(Path.Combine(web, "node_modules/tus-js-client")), "No npm package tus-js-client here: the build of Panel.Web installs it.");
        using var folder = new TempFolder();
        var bytes = RandomNumberGenerator.GetBytes(17_000_000);
        await File.WriteAllBytesAsync(folder["world.bin"], bytes);
        var key = (await panel.Get<CreateKey>().RunAsync(panel.Admin, new() { Name = "tus" }, CancellationToken.None)).Text;
        await using var client = ConsoleProgram.Start(folder.Path, "node", [Path.Combine(SourceTree.Root, "Panel.Tests/Web/Files/tus-client.mjs"), web, new Uri(panel.Http.BaseAddress!, Uploads).ToString(), key, folder["world.bin"], "/by/client.bin"]);
        await client.LineAsync("^done|^failed");
        Assert.Contains("broke off", client.Output, StringComparison.Ordinal);
        using var back = await panel.Http.GetAsync($"/api/v1/servers/{panel.Server}/files/content?path=/by/client.bin");
        Assert.Equal(bytes, await back.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Post_can_stand_for_other_methods()
    {
        var upload = await CreateAsync("/posted.txt", 2);
        using var patch = Request(HttpMethod.Post, upload, ("X-HTTP-Method-Override", "PATCH"), ("Upload-Offset", "0"));
        patch.Content = new ByteArrayContent([1, 2]) { Headers = { ContentType = new("application/offset+octet-stream") } };
        Assert.Equal(HttpStatusCode.NoContent, (await panel.Http.SendAsync(patch)).StatusCode);
        Assert.Equal([1, 2], await panel.ReadAsync("/posted.txt"));
    }

    async Task<string> CreateAsync(string path, long length, params (string, string)[] said)
    {
        using var answer = await TryCreateAsync(length, [("path", path), .. said]);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return answer.Headers.Location!.ToString();
    }

    Task<HttpResponseMessage> TryCreateAsync(long length, params (string, string)[] said) =>
        panel.Http.SendAsync(Request(HttpMethod.Post, Uploads, ("Upload-Length", $"{length}"), ("Upload-Metadata", Metadata(said)))).Within("the announcement");

    Task<HttpResponseMessage> HeadAsync(string upload) => panel.Http.SendAsync(Request(HttpMethod.Head, upload)).Within("the look");

    Task<HttpResponseMessage> PatchAsync(string upload, long offset, ReadOnlyMemory<byte> bytes, string? checksum = null, bool chunked = false, string type = "application/offset+octet-stream")
    {
        var request = Request(HttpMethod.Patch, upload, ("Upload-Offset", $"{offset}"));
        if (checksum is not null) request.Headers.Add("Upload-Checksum", checksum);
        request.Content = chunked ? new StreamContent(new MemoryStream(bytes.ToArray())) : new ReadOnlyMemoryContent(bytes);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.TransferEncodingChunked = chunked;
        return panel.Http.SendAsync(request).Within("the bytes");
    }

    static HttpRequestMessage Request(HttpMethod method, string address, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, address) { Headers = { { "X-Requested-With", "Panel" }, { "Tus-Resumable", "1.0.0" } } };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    static string Metadata(params (string Key, string Value)[] said) => string.Join(',', said.Select(pair => $"{pair.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Value))}"));

    static string Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : "";
}
