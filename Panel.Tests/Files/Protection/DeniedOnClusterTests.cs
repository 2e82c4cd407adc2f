using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Files.Archives;
using Panel.Core.Files.Jobs;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Files.Protection;

/// <summary>What a template denies is closed on every way in, on real files.</summary>
[Trait("Lane", "cluster")]
public sealed class DeniedOnClusterTests(ProtectedServer server) : IClassFixture<ProtectedServer>
{
    static readonly string[] places = ["/server.key", "/deep/er/server.key", "/secret/inner.txt", "//deep//er/server.key/"];
    static readonly (string Verb, string To)[] methods = [("GET", ""), ("PUT", ""), ("DELETE", ""), ("MKCOL", ""), ("LOCK", ""), ("COPY", "taken.txt"), ("MOVE", "taken.txt"), ("COPY", "to"), ("MOVE", "to")];
    static readonly string[] links = ["/links/file.txt", "/links/folder/inner.txt", "/links/folder"];

    public static TheoryData<string, string> Denied => [.. DeniedVerbs.Names.SelectMany(verb => places.Select(path => (verb, path)))];

    public static TheoryData<string, string> Linked => [.. DeniedVerbs.Names.SelectMany(verb => links.Select(path => (verb, path)))];

    public static TheoryData<string, string, string> Dav => [.. methods.SelectMany(way => ((string[])["server.key", "deep/er/server.key", "secret/inner.txt", "holds", "links/folder/inner.txt"]).Select(path => (way.Verb, way.To, path)))];

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Denied))]
    public async Task No_verb_gets_at_what_is_denied(string verb, string path)
    {
        var refusal = await Assert.ThrowsAsync<FileProtectedException>(() => Verbs.RunAsync(verb, path));
        Assert.Contains(refusal.Rule, (string[])["*.key", "*.key.zip", "/secret/"]);
        server.RequireUntouched();
    }

    [Theory, MemberData(nameof(Linked))]
    public async Task No_link_leads_to_what_is_denied(string verb, string path)
    {
        try
        {
            Assert.DoesNotContain(ProtectedServer.Secret, await Verbs.RunAsync(verb, path), StringComparison.Ordinal);
            server.RequireUntouched();
        }
        catch (PanelException refusal)
        {
            Assert.DoesNotContain(ProtectedServer.Secret, refusal.Message, StringComparison.Ordinal);
            server.RequireUntouched();
        }
        finally { server.Restore(); }
    }

    [Theory, InlineData("move from"), InlineData("copy from"), InlineData("discard"), InlineData("delete")]
    public async Task Folder_that_holds_what_is_denied_stays_where_it_is(string verb)
    {
        Assert.Equal("/holds/in/it/a.key", (await Assert.ThrowsAsync<FileProtectedException>(() => Verbs.RunAsync(verb, "/holds"))).Path);
        Assert.True(File.Exists(server.Place("holds/open.txt")));
        server.RequireUntouched();
    }

    [Fact]
    public async Task Folder_does_not_go_to_where_its_content_would_be_denied()
    {
        server.Restore();
        Directory.CreateDirectory(server.Place("taken"));
        File.WriteAllText(server.Place("taken/a.txt"), "mine");
        Assert.Equal("/moved/a.txt", (await Assert.ThrowsAsync<FileProtectedException>(() => server.Panel.Get<MoveFile>().RunAsync(server.Bob, server.Panel.Server, "/taken", "/moved", Stop))).Path);
        await Assert.ThrowsAsync<FileProtectedException>(() => server.Panel.Get<CopyFile>().RunAsync(server.Bob, server.Panel.Server, "/taken", "/moved", Stop));
        Assert.False(Directory.Exists(server.Place("moved")));
        await server.Panel.Get<MoveFile>().RunAsync(server.Bob, server.Panel.Server, "/taken", "/fine", Stop);
        Assert.Equal("mine", File.ReadAllText(server.Place("fine/a.txt")));
        Directory.Delete(server.Place("fine"), recursive: true);
        await Assert.ThrowsAsync<FileProtectedException>(() => server.Panel.Get<ChangeMode>().RunAsync(server.Bob, server.Panel.Server, new() { Names = ["holds"], Mode = "600", Deep = true }, Stop));
        await server.Panel.Get<ChangeMode>().RunAsync(server.Bob, server.Panel.Server, new() { Names = ["holds"], Mode = "755" }, Stop);
        server.RequireUntouched();
    }

    [Fact]
    public async Task Many_names_of_any_letters_are_looked_at_by_one_question()
    {
        string[] names = [.. Enumerable.Range(0, 300).Select(number => $"-n {number} \\0101 'q' é🎮\n$(x)"), FileNames.Text([0xE9, (byte)'x'])];
        foreach (var name in names) await server.Panel.WriteAsync(ServerPath.Root.Child("many").Child(name).Value, [1]);
        await server.Panel.Get<DeleteFiles>().RunAsync(server.Bob, server.Panel.Server, [.. names.Select(name => ServerPath.Root.Child("many").Child(name).Value)], forGood: true, Stop);
        Assert.Empty(await server.Panel.NamesAsync("/many"));
        await server.Panel.Get<DeleteFiles>().RunAsync(server.Bob, server.Panel.Server, ["/many"], forGood: true, Stop);
    }

    [Fact]
    public async Task Archives_and_downloads_leave_out_what_is_denied()
    {
        await server.Panel.Get<MakeArchive>().RunAsync(server.Bob, server.Panel.Server, new() { Names = ["holds", "deep", "links"], Target = "/made.zip" }, Stop);
        await Deadline.UntilAsync("the archive", () => File.Exists(server.Place("made.zip")));
        using (var zip = ZipFile.OpenRead(server.Place("made.zip"))) Assert.Equal(["deep/", "deep/er/", "holds/", "holds/in/", "holds/in/it/", "holds/open.txt", "links/", "links/file.txt", "links/folder"], zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        File.Delete(server.Place("made.zip"));
        using var all = new MemoryStream();
        await server.Panel.Get<DownloadArchive>().RunAsync(server.Bob, server.Panel.Server, "/", [], () => { }, all, Stop);
        all.Position = 0;
        var names = new List<string>();
        await using (var tar = new TarReader(new GZipStream(all, CompressionMode.Decompress)))
        {
            while (await tar.GetNextEntryAsync(copyData: true, Stop) is { } entry) names.Add(entry.Name.Trim('.', '/'));
        }
        Assert.Contains("holds/open.txt", names);
        Assert.Contains("plain", names);
        Assert.DoesNotContain(names, name => name.EndsWith(".key", StringComparison.Ordinal) || name.StartsWith("secret", StringComparison.Ordinal) || name.StartsWith(".panel", StringComparison.Ordinal) || name.StartsWith("panel", StringComparison.Ordinal));
        server.RequireUntouched();
    }

    [Fact]
    public async Task Entries_of_an_archive_that_are_denied_are_left_out_and_counted()
    {
        await using (var zip = await ZipFile.OpenAsync(server.Place("brought.zip"), ZipArchiveMode.Create, Stop))
        {
            foreach (var name in (string[])["server.key", "x/y/b.key", "secret/inner.txt", "fine.txt"])
            {
                await using var entry = await zip.CreateEntry(name).OpenAsync(Stop);
                await entry.WriteAsync("brought"u8.ToArray(), Stop);
            }
        }
        var job = await server.Panel.Get<ExtractArchive>().RunAsync(server.Bob, server.Panel.Server, new() { Path = "/brought.zip", Folder = "/", Existing = WhenExists.Replace }, Stop);
        async Task<FileJob> FindAsync() => (await server.Panel.Get<FileJobs>().ListAsync(server.Bob, server.Panel.Server, Stop)).Single(one => one.Id == job.Id);
        await Deadline.UntilAsync("the end of the job", async () => (await FindAsync()).Ended);
        Assert.Equal("1 entry in /; 3 entries left out, which the game's template protects", (await FindAsync()).Text);
        Assert.Equal("brought", File.ReadAllText(server.Place("fine.txt")));
        Assert.False(File.Exists(server.Place("x/y/b.key")));
        server.RequireUntouched();
        File.Delete(server.Place("fine.txt"));
        File.Delete(server.Place("brought.zip"));
    }

    [Fact]
    public async Task Search_tells_names_and_nothing_of_what_is_denied()
    {
        var search = server.Panel.Get<SearchFiles>();
        Assert.Empty(await search.RunAsync(server.Bob, server.Panel.Server, new() { Text = ProtectedServer.Secret, Contents = true }, Stop).ToListAsync(Stop));
        Assert.Equal(3, await search.RunAsync(server.Bob, server.Panel.Server, new() { Text = "*.key" }, Stop).CountAsync(Stop));
        foreach (var folder in (string[])["/.panel", "/.panel/history", "/secret"])
        {
            await Assert.ThrowsAnyAsync<PanelException>(async () => await search.RunAsync(server.Bob, server.Panel.Server, new() { Folder = folder, Text = "the", Contents = true }, Stop).CountAsync(Stop));
        }
    }

    [Fact]
    public async Task What_the_panel_keeps_of_a_file_is_no_way_to_it()
    {
        // an administrator may change it, and what it held before is kept
        await server.Panel.WriteAsync("/server.key", Encoding.UTF8.GetBytes(ProtectedServer.Secret));
        var saves = await server.Panel.Get<FileHistory>().ListAsync(server.Panel.Admin, server.Panel.Server, "/server.key", Stop);
        Assert.NotEmpty(saves);
        await Assert.ThrowsAsync<FileProtectedException>(() => server.Panel.Get<FileHistory>().ReadAsync(server.Bob, server.Panel.Server, "/server.key", saves[0].Id, Stop));
        var kept = "/" + Path.GetRelativePath(server.Panel.Volume, Directory.EnumerateFiles(server.Place(".panel/history"), saves[0].Id, SearchOption.AllDirectories).Single());
        foreach (var verb in DeniedVerbs.Names.Where(verb => verb is not ("look into" or "archive to" or "extract" or "folder below"))) await Assert.ThrowsAnyAsync<PanelException>(() => Verbs.RunAsync(verb, kept));
        Directory.Delete(server.Place(".panel/history"), recursive: true);
        server.RequireUntouched();
    }

    [Fact]
    public async Task List_shows_names_with_the_rule_that_protects_them()
    {
        var listing = await server.Panel.Get<ListFiles>().RunAsync(server.Bob, server.Panel.Server, "/", Stop);
        Assert.True(listing.Binding);
        Assert.Equal([("secret", "/secret/"), ("server.key", "*.key"), ("server.key.zip", "*.key.zip")], listing.Entries.Where(entry => entry.ProtectedBy is not null).Select(entry => (entry.Name, entry.ProtectedBy!)));
        Assert.Equal("/secret/", (await server.Panel.Get<ListFiles>().LookAsync(server.Bob, server.Panel.Server, "/secret/inner.txt", Stop)).ProtectedBy);
        Assert.False((await server.Panel.Get<ListFiles>().RunAsync(server.Panel.Admin, server.Panel.Server, "/", Stop)).Binding);
    }

    [Theory, MemberData(nameof(Dav))]
    public async Task No_method_of_webdav_gets_at_what_is_denied(string verb, string to, string path)
    {
        var denied = new Uri(server.Panel.Http.BaseAddress!, $"/dav/{server.Panel.Server}/{path}");
        var from = to == "to" ? new Uri(server.Panel.Http.BaseAddress!, $"/dav/{server.Panel.Server}/plain") : denied;
        // what is to be made is not there yet
        if (verb is "MKCOL" or "LOCK") from = new(denied + ".new.key");
        using var request = new HttpRequestMessage(new(verb), from) { Headers = { Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"bob@example.org:{ProtectedServer.Password}"))) } };
        if (verb is "COPY" or "MOVE") request.Headers.Add("Destination", (to == "to" ? new(denied + (path == "holds" ? "" : ".new.key")) : new Uri(server.Panel.Http.BaseAddress!, $"/dav/{server.Panel.Server}/{to}")).ToString());
        if (verb is "PUT") request.Content = new ByteArrayContent("mine"u8.ToArray());
        if (verb is "LOCK") request.Content = new StringContent("""<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>""");
        using var client = new HttpClient { BaseAddress = server.Panel.Http.BaseAddress };
        using var answer = await client.SendAsync(request, Stop);
        var said = await answer.Content.ReadAsStringAsync(Stop);
        Assert.DoesNotContain(ProtectedServer.Secret, said, StringComparison.Ordinal);
        // a folder that may be listed answers a GET with a sentence, and there is no PUT to it
        var expected = (verb, path) switch { ("GET", "holds") => HttpStatusCode.OK, ("PUT", "holds") => HttpStatusCode.MethodNotAllowed, (_, "links/folder/inner.txt") => HttpStatusCode.Conflict, _ => HttpStatusCode.Forbidden };
        Assert.Equal((expected, said), (answer.StatusCode, said));
        server.RequireUntouched();
        Assert.Equal("plain", File.ReadAllText(server.Place("plain")));
    }

    [Fact]
    public async Task Refusal_by_the_api_has_a_code_the_file_and_the_rule()
    {
        using var client = new HttpClient { BaseAddress = server.Panel.Http.BaseAddress };
        var key = (await server.Panel.Get<Core.Accounts.Keys.CreateKey>().RunAsync(server.Bob, new() { Name = "files" }, Stop)).Text;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await client.GetAsync(new Uri($"/api/v1/servers/{server.Panel.Server}/files/content?path=/server.key", UriKind.Relative), Stop);
        var problem = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!;
        Assert.Equal((HttpStatusCode.Forbidden, "file-protected", "/server.key", "*.key"), (answer.StatusCode, (string?)problem["code"], (string?)problem["path"], (string?)problem["rule"]));
        var details = System.Text.Json.Nodes.JsonNode.Parse(await client.GetStringAsync(new Uri($"/api/v1/servers/{server.Panel.Server}/files/details?path=/server.key", UriKind.Relative), Stop))!;
        Assert.Equal("*.key", (string?)details["protectedBy"]);
    }

    DeniedVerbs Verbs => new(server.Panel.Get<IServiceProvider>(), server.Bob, server.Panel.Server);
}
