using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Templates;
using Panel.Core.Users;
using Panel.Tests.Web;
using Xunit;

namespace Panel.Tests.Files.Protection;

/// <summary>A server on the cluster of this machine whose template keeps some of its files, with links that lead to them, and somebody who may do everything else to it.</summary>
public sealed class ProtectedServer : IAsyncLifetime
{
    /// <summary>What stands in each file that is protected.</summary>
    public const string Secret = "the-secret-that-nobody-reads";
    /// <summary>Bob's password.</summary>
    public const string Password = "Correct-Horse-9-Battery-2";

    /// <summary>The panel.</summary>
    public PanelWithServer Panel { get; private set; } = default!;

    /// <summary>Somebody who has every permission of the server, and none of the panel.</summary>
    public Actor Bob { get; private set; } = default!;

    public async ValueTask InitializeAsync()
    {
        Panel = await PanelWithServer.StartAsync(app =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(app.DataDirectory, "templates")).FullName;
            File.WriteAllText(Path.Combine(folder, "demo.json"), Template(["*.key", "*.key.zip", "/secret/", "/moved/*.txt"]));
        });
        var id = await Panel.Get<CreateAccount>().RunAsync(Panel.Admin, new() { Email = "bob@example.org", Password = Password }, CancellationToken.None);
        Bob = (await Panel.Get<Actors>().FindAsync(id, null, CancellationToken.None))!;
        var invited = await Panel.Get<InviteMember>().RunAsync(Panel.Admin, Panel.Server, new() { Email = "bob@example.org", Permissions = [.. ServerPermissions.All] }, CancellationToken.None);
        await Panel.Get<AcceptInvitation>().RunAsync(Bob, invited.Token!, CancellationToken.None);
        await Panel.WriteAsync("/plain", "plain"u8.ToArray());
        Restore();
    }

    /// <summary>The built-in demo, with a denylist.</summary>
    public static string Template(string[] denied)
    {
        var assembly = typeof(TemplateCatalogue).Assembly;
        using var stream = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.EndsWith(".Templates.Catalogue.demo.json", StringComparison.Ordinal)))!;
        var demo = JsonNode.Parse(stream)!.AsObject();
        demo["fileDenylist"] = new JsonArray([.. denied.Select(line => (JsonNode?)line)]);
        return demo.ToJsonString();
    }

    /// <summary>Puts everything where it belongs, as the game would.</summary>
    public void Restore()
    {
        foreach (var name in (string[])["secret", "deep", "holds", "links", "taken"])
        {
            if (File.Exists(Place(name)) || new FileInfo(Place(name)).LinkTarget is not null) File.Delete(Place(name));
            if (Directory.Exists(Place(name))) Directory.Delete(Place(name), recursive: true);
        }
        foreach (var file in (string[])["server.key", "server.key.zip", "deep/er/server.key", "deep/er/server.key.zip", "secret/inner.txt", "secret/inner.txt.zip", "holds/in/it/a.key"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Place(file))!);
            File.WriteAllText(Place(file), Secret);
        }
        Directory.CreateDirectory(Place("links"));
        File.CreateSymbolicLink(Place("links/file.txt"), "../server.key");
        File.CreateSymbolicLink(Place("links/folder"), "../secret");
        File.WriteAllText(Place("holds/open.txt"), "open");
        File.WriteAllText(Place("plain"), "plain");
    }

    /// <summary>What is protected, as it should be.</summary>
    public void RequireUntouched()
    {
        foreach (var file in (string[])["server.key", "deep/er/server.key", "secret/inner.txt", "holds/in/it/a.key"]) Assert.Equal(Secret, File.ReadAllText(Place(file)));
        var copies = Directory.EnumerateFiles(Panel.Volume, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => Encoding.Latin1.GetString(File.ReadAllBytes(file)).Contains(Secret, StringComparison.Ordinal)).Select(file => Path.GetRelativePath(Panel.Volume, file)).Order(StringComparer.Ordinal);
        Assert.Equal(["deep/er/server.key", "deep/er/server.key.zip", "holds/in/it/a.key", "secret/inner.txt", "secret/inner.txt.zip", "server.key", "server.key.zip"], copies);
    }

    /// <summary>Where a file of the server lies on this machine.</summary>
    public string Place(string path) => Path.Combine(Panel.Volume, path);

    public ValueTask DisposeAsync() => Panel?.DisposeAsync() ?? ValueTask.CompletedTask;
}
