using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Panel.Tests.Support;

/// <summary>The panel in this process on a data directory of its own. In memory, or on a real port after <see cref="Listen"/>.</summary>
public sealed class PanelApp : WebApplicationFactory<Panel.Web.Components.App>
{
    /// <summary>The first administrator's sign-in.</summary>
    public const string AdminEmail = "admin@example.org", AdminPassword = "Correct-Horse-9-Battery";

    readonly TempFolder folder = new();
    readonly Dictionary<string, string> settings = new()
    {
        ["Panel:Admin:Email"] = AdminEmail,
        ["Panel:Admin:Password"] = AdminPassword,
    };

    public PanelApp()
    {
        var (first, last) = FreePort.NextRange();
        With("Panel:Ports:First", $"{first}").With("Panel:Ports:Last", $"{last}");
    }

    /// <summary>Where it keeps everything.</summary>
    public string DataDirectory => folder.Path;

    /// <summary>Sets a setting; before the first use.</summary>
    public PanelApp With(string key, string value)
    {
        settings[key] = value;
        return this;
    }

    /// <summary>A part of it.</summary>
    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Starts it on a free port, for browsers.</summary>
    public Uri Listen()
    {
        UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0)); // a port given to the factory itself is set while the server may have started already
        StartServer();
        return ClientOptions.BaseAddress;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        builder.UseSetting("Panel:DataDirectory", folder.Path);
        foreach (var (key, value) in settings) builder.UseSetting(key, value);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await LeftProcesses.EndAsync(folder.Path);
        folder.Dispose();
    }
}
