using System.Text.Json;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.SingleSignOn;

/// <summary>The provider of provider.mjs.</summary>
public sealed class OidcServer : IAsyncDisposable
{
    readonly TempFolder folder = new();
    ConsoleProgram? program;

    /// <summary>Where its package lies: <c>PANEL_TEST_OIDC</c>, or the cache that <c>./test</c> fills.</summary>
    static string Package => Environment.GetEnvironmentVariable("PANEL_TEST_OIDC") is { Length: > 0 } named ? named
        : Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "panel-tests/oidc-provider");

    /// <summary>Its port.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Where it is.</summary>
    public Uri Issuer => new($"http://127.0.0.1:{Port}/");

    /// <summary>What it printed.</summary>
    public string Output => program?.Output ?? "";

    /// <summary>Says from now on that somebody has these groups, whatever their name says.</summary>
    public void Groups(string who, params string[] groups) => File.WriteAllText(Path.Combine(folder.Path, "groups.json"), JsonSerializer.Serialize(new Dictionary<string, string[]> { [who] = groups }));

    /// <summary>Settings of a panel that signs in by it.</summary>
    public PanelApp Set(PanelApp app, params (string Key, string Value)[] more)
    {
        const string Section = "Panel:SingleSignOn:Providers:0:";
        (string, string)[] usual = [("Name", "Test"), ("Authority", $"http://127.0.0.1:{Port}"), ("ClientId", "panel"), ("ClientSecret", "a-secret-of-the-tests-0123456789abcdef")];
        foreach (var (key, value) in usual.Concat(more)) app.With(Section + key, value);
        return app;
    }

    /// <summary>Starts it; skips the test where the package is missing.</summary>
    public async Task StartAsync(Uri panel)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Package, "node_modules/oidc-provider")), "No npm package oidc-provider here: ./test installs it into its cache.");
        program = ConsoleProgram.Start(folder.Path, "node", [Path.Combine(SourceTree.Root, "Panel.Tests/SingleSignOn/provider.mjs"), Package, $"{Port}", panel.ToString()]);
        await program.LineAsync("^ready ");
    }

    public async ValueTask DisposeAsync()
    {
        if (program is not null) await program.DisposeAsync();
        folder.Dispose();
    }
}
