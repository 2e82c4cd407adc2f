using Bunit;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Panel.Web.Components.Servers.Settings;
using Radzen;
using Radzen.Blazor;
using Xunit;

namespace Panel.Tests.Web;

public sealed class ReinstallRowTests
{
    [Fact]
    public async Task Game_without_an_install_script_is_reset_after_its_name_was_typed()
    {
        await using var host = await WebHost.StartAsync();
        var node = await host.NodeAsync();
        node.Files["/level.dat"] = [1];
        var view = await host.Core.Get<ServerQueries>().FindAsync(host.Owner, host.Server, default);
        var dialogs = host.Page.Render<RadzenDialog>();
        var row = host.Page.Render<ReinstallRow>(parameters => parameters.Add(part => part.View, view).Add(part => part.Scripted, false));

        _ = row.Find("button").ClickAsync(new());
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("worlds and saved games", dialogs.Markup, StringComparison.Ordinal));
        Assert.Contains("There is no way back", dialogs.Markup, StringComparison.Ordinal);
        Assert.True(dialogs.Find("button.danger").HasAttribute("disabled"));
        await dialogs.Find("#confirm-word").InputAsync(view.Row.Name);
        await dialogs.Find("form.confirm").SubmitAsync();

        await Deadline.UntilAsync("the files to be gone", () => !node.Files.ContainsKey("/level.dat"));
        await Deadline.UntilAsync("a pod", () => host.Core.Get<ObservedServers>().Find(host.Server)?.Pod is { Running: true });
    }

    [Fact]
    public async Task Game_with_an_install_script_offers_to_run_it_again()
    {
        await using var host = await WebHost.StartAsync();
        var view = await host.Core.Get<ServerQueries>().FindAsync(host.Owner, host.Server, default);
        var row = host.Page.Render<ReinstallRow>(parameters => parameters.Add(part => part.View, view).Add(part => part.Scripted, true));
        Assert.Equal("Reinstall", row.Find("button").TextContent.Trim());
        Assert.NotNull(row.Find("input[type=checkbox]"));
    }
}
