using System.Net;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Panel.Web.Components.Live;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>In which zone and how pages write times, and in which colours.</summary>
public sealed class PreferencesTests
{
    static readonly DateTimeOffset winter = new(2026, 12, 31, 23, 30, 5, TimeSpan.Zero), summer = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Europe/Berlin", "de-DE", "01.01.2027, 00:30", "01.07.2026, 14:00")]
    [InlineData("America/New_York", "en-US", "Dec 31, 2026, 6:30 PM", "Jul 1, 2026, 8:00 AM")]
    [InlineData("Asia/Kathmandu", "en-GB", "1 Jan 2027, 05:15", "1 Jul 2026, 17:45")]
    [InlineData("UTC", "sv-SE", "2026-12-31, 23:30 UTC", "2026-07-01, 12:00 UTC")]
    [InlineData("Europe/Atlantis", "xx-XX", "2026-12-31, 23:30 UTC", "2026-07-01, 12:00 UTC")]
    [InlineData("../../etc/passwd", null, "2026-12-31, 23:30 UTC", "2026-07-01, 12:00 UTC")]
    public void Time_is_written_in_the_zone_and_the_way_of_who_looks(string zone, string? culture, string inWinter, string inSummer)
    {
        var local = new LocalTime();
        local.Use(zone, culture);
        Assert.Equal((inWinter, inSummer), (local.Text(winter), local.Text(summer)));
        Assert.EndsWith("2026-12-31 23:30:05 UTC", local.Title(winter), StringComparison.Ordinal);
        Assert.Equal(summer, local.Parse(local.Input(summer)));
    }

    [Theory]
    [InlineData("de-AT,de;q=0.9,en;q=0.8", "de-DE")]
    [InlineData("en-US", "en-US")]
    [InlineData("fi,pl;q=0.5", "pl-PL")]
    [InlineData("", "sv-SE")]
    [InlineData(null, "sv-SE")]
    [InlineData("*,,;;q=,-", "sv-SE")]
    public void Way_of_the_browser_is_the_first_that_is_known(string? languages, string culture) => Assert.Equal(culture, DateStyle.Best(languages).Culture);

    [Theory, InlineData(false), InlineData(true)]
    public async Task Zone_and_culture_are_checked_and_belong_to_their_person(bool postgres)
    {
        await using var host = await AccountHost.StartAsync(postgres);
        var (ann, bob) = (await host.SignInAsync(await host.AccountAsync()), await host.AccountAsync("bob"));
        var change = host.Get<ChangePreferences>();
        await change.RunAsync(ann, new() { TimeZone = "Europe/Berlin", Culture = "de-DE" }, CancellationToken.None);
        var state = await host.Get<AccountStates>().FindAsync(ann.UserId, CancellationToken.None);
        Assert.Equal(("Europe/Berlin", "de-DE"), (state!.TimeZone, state.Culture));
        Assert.Equal("", (await host.AccountRowAsync(bob.UserId))!.TimeZone);
        foreach (var (zone, culture, field) in new[] { ("Europe/Atlantis", "", "TimeZone"), ("../../etc/passwd", "", "TimeZone"), (new string('a', 65), "", "TimeZone"), ("", "xx-XX", "Culture") })
        {
            var refusal = await Assert.ThrowsAsync<InvalidFieldException>(() => change.RunAsync(ann, new() { TimeZone = zone, Culture = culture }, CancellationToken.None));
            Assert.Contains(field, refusal.Errors.Keys);
        }
        await Assert.ThrowsAsync<InvalidFieldException>(() => change.SetThemeAsync(ann, "pink", CancellationToken.None));
        await Assert.ThrowsAsync<ForbiddenException>(() => change.RunAsync(ann with { Impersonator = bob.Name }, new(), CancellationToken.None));
        await Assert.ThrowsAsync<ForbiddenException>(() => change.SetThemeAsync(ann with { Scopes = new HashSet<string>() }, "dark", CancellationToken.None));
    }

    [Fact]
    public async Task Colours_follow_the_person_to_another_browser_and_take_the_token()
    {
        await using var app = new PanelApp();
        using var here = new Visitor(app);
        await here.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        Assert.Equal(HttpStatusCode.BadRequest, (await here.SendAsync(new(HttpMethod.Post, new Uri("/theme", UriKind.Relative)) { Content = new FormUrlEncodedContent([new("theme", "dark")]) })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await here.SubmitAsync("/servers", "/theme", [("theme", "dark")])).StatusCode);
        using var there = new Visitor(app);
        Assert.DoesNotContain("data-theme=\"dark\"", await MailedLinkTests.TextAsync(await there.GetAsync("/sign-in")), StringComparison.Ordinal);
        await there.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        Assert.Contains("data-theme=\"dark\"", await MailedLinkTests.TextAsync(await there.GetAsync("/servers")), StringComparison.Ordinal);
    }
}
