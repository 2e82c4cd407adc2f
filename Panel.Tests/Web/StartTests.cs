using System.Net;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Web;

/// <summary>What the panel answers while its database is being prepared.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Page_that_is_asked_for_before_the_database_is_ready_is_served_when_it_is()
    {
        await using var panel = new PanelProcess();
        // another start is at the same database
        var held = new FileStream(Path.Combine(panel.DataDirectory, "migrations.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        await panel.StartAsync();
        using var http = new HttpClient { BaseAddress = panel.Address };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri("readyz", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        var page = http.GetAsync(new Uri("sign-in", UriKind.Relative), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<TimeoutException>(() => page.WaitAsync(TimeSpan.FromSeconds(0.5), TestContext.Current.CancellationToken));

        await held.DisposeAsync();
        Assert.Equal(HttpStatusCode.OK, (await page.Within("the page")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("readyz", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Panel_ends_when_its_database_cannot_be_read()
    {
        await using var panel = new PanelProcess();
        await File.WriteAllTextAsync(Path.Combine(panel.DataDirectory, "panel.db"), new string('x', 8192), TestContext.Current.CancellationToken);
        Assert.NotEqual(0, await panel.StartToItsEndAsync());
        Assert.Contains("file is not a database", panel.Output, StringComparison.Ordinal);
    }
}
