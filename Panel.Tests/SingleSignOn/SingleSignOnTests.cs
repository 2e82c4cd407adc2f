using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Contracts.Accounts;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.SingleSignOn;

/// <summary>Signing in by a real provider, in a browser.</summary>
[Trait("Lane", "browser")]
public sealed class SingleSignOnTests(Browser browser) : IAsyncLifetime
{
    const string Password = "Battery-Staple-7";

    readonly PanelApp app = new();
    readonly OidcServer server = new();
    Uri panel = null!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await server.DisposeAsync();
    }

    async Task StartAsync(params (string, string)[] settings)
    {
        server.Set(app, settings);
        panel = app.Listen();
        await server.StartAsync(panel);
    }

    async Task<Visit> ComeAsync(string who)
    {
        var visit = await browser.OpenAsync(new(panel, "sign-in?returnUrl=%2Fservers"));
        await visit.Page.ClickAsync("[data-provider=test]");
        await ConsentAsync(visit.Page, who);
        return visit;
    }

    // the two pages that the provider shows to developers
    static async Task ConsentAsync(IPage page, string who)
    {
        await page.FillAsync("input[name=login]", who);
        await page.FillAsync("input[name=password]", "any");
        await page.ClickAsync("button[type=submit]");
        await page.ClickAsync("button[type=submit]");
    }

    async Task<Account?> AccountAsync(string email)
    {
        await using var db = app.Services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContext();
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(account => account.Email == email);
    }

    [Fact]
    public async Task Somebody_new_gets_an_account_with_role_and_limits_and_is_signed_out_when_the_provider_says_so()
    {
        await StartAsync(("CreateAccounts", "true"), ("RoleClaim", "groups"), ("Roles:0:Value", "ops"), ("Roles:0:Role", "operator"), ("GroupClaim", "groups"), ("Groups:0:Value", "big"), ("Groups:0:Servers", "42"));
        await using var visit = await ComeAsync("ann+big+ops");
        await visit.Page.WaitForURLAsync("**/servers");
        var account = (await AccountAsync("ann@example.org"))!;
        Assert.Equal((Role.Operator, 42, true, null), (account.Role, account.Quota.Servers, account.EmailConfirmed, account.PasswordHash));
        await visit.ScreenshotAsync("single-sign-on-first");

        await visit.Page.GotoAsync($"{server.Issuer}session/end");
        await visit.Page.ClickAsync("button[type=submit][value=yes]");
        await visit.Page.WaitForSelectorAsync("text=Sign-out Success");
        await Deadline.UntilAsync("the end of the session; the provider says: " + server.Output, async () => (await visit.Page.Context.APIRequest.GetAsync(new Uri(panel, "api/v1/me").ToString())).Status == 401);
    }

    [Fact]
    public async Task Group_gives_plans_at_each_sign_in_and_takes_them_away_with_the_group()
    {
        await StartAsync(("CreateAccounts", "true"), ("GroupClaim", "groups"));
        await app.Get<EditPlans>().CreateAsync(CoreHost.Admin, new() { Name = "Club", CpuMillis = 500, MemoryMiB = 512, DiskMiB = 1024, Limited = true }, default);
        await app.Get<GroupPlans>().SetAsync(CoreHost.Admin, new() { Provider = "test", Group = "players", Plans = ["club"] }, default);
        await using (var visit = await ComeAsync("ann+players+walkers"))
        {
            await visit.Page.WaitForURLAsync("**/servers");
            await visit.Page.GotoAsync(new Uri(panel, "servers/new?step=plan&game=demo").ToString());
            await visit.Page.WaitForSelectorAsync("input[name=plan][value=club]");
            await visit.ScreenshotAsync("single-sign-on-plan");
        }
        var ann = (await AccountAsync("ann@example.org"))!;
        Assert.Equal(["test/players", "test/walkers"], ann.Groups.Order());
        Assert.Null(ann.Quota.Servers);
        var me = (await app.Get<Actors>().FindAsync(ann.Id, null, default))!;
        var id = await app.Get<CreateServer>().RunAsync(me, new() { Name = "Hers", Template = "demo", Plan = "club", Start = false }, default);

        server.Groups("ann+players+walkers", "walkers");
        await using var again = await ComeAsync("ann+players+walkers");
        await again.Page.WaitForURLAsync("**/servers");
        Assert.Equal(["test/walkers"], (await AccountAsync("ann@example.org"))!.Groups);
        Assert.DoesNotContain(await app.Get<PlanQueries>().ListAsync(me, default), plan => plan.Key == "club");
        Assert.Contains("The plan Club is not for you", (await Assert.ThrowsAsync<InvalidFieldException>(() => app.Get<CreateServer>().RunAsync(me, new() { Name = "More", Template = "demo", Plan = "club" }, default))).Message, StringComparison.Ordinal);
        Assert.Contains(await app.Get<PlanQueries>().ListAsync(me, id, default), plan => plan.Key == "club");
        await using var db = app.Services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContext();
        Assert.Contains("\"was\":\"test/players, test/walkers\",\"is\":\"test/walkers\"", (await db.Audit.OrderBy(record => record.Id).LastAsync(record => record.Action == "account.change")).Changes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_without_an_account_is_told_so_where_none_are_made()
    {
        await StartAsync();
        await using var visit = await ComeAsync("ann");
        await visit.Page.WaitForSelectorAsync("text=There is no account for you here");
        Assert.Null(await AccountAsync("ann@example.org"));
        await visit.ScreenshotAsync("single-sign-on-no-account");
    }

    [Fact]
    public async Task Address_that_the_provider_does_not_vouch_for_opens_nothing()
    {
        await StartAsync(("CreateAccounts", "true"), ("LinkByEmail", "true"));
        await app.Services.GetRequiredService<CreateAccount>().RunAsync(CoreHost.Admin, new() { Email = "unverified@example.org", Password = Password }, default);
        await using var visit = await ComeAsync("unverified");
        await visit.Page.WaitForSelectorAsync("text=There is no account for you here");
    }

    [Fact]
    public async Task Account_with_the_same_address_is_linked_by_its_person_and_unlinked_again()
    {
        await StartAsync(("CreateAccounts", "true"));
        await app.Services.GetRequiredService<CreateAccount>().RunAsync(CoreHost.Admin, new CreateAccountRequest { Email = "ann@example.org", Password = Password }, default);
        await using (var stranger = await ComeAsync("ann")) await stranger.Page.WaitForSelectorAsync("text=There is an account with your address");

        await using var visit = await browser.OpenAsync(new(panel, "sign-in?returnUrl=%2Faccount%2Fsingle-sign-on"));
        await visit.Page.FillAsync("#email", "ann@example.org");
        await visit.Page.FillAsync("#password", Password);
        await visit.Page.ClickAsync("main button[type=submit]");
        await SubmitAsync(visit.Page, "Wrong-Password-1", "Link");
        await visit.Page.WaitForSelectorAsync("text=This is not your password.");
        await SubmitAsync(visit.Page, Password, "Link");
        await ConsentAsync(visit.Page, "ann");
        await visit.Page.WaitForSelectorAsync("text=From now on you can sign in with it.");
        await visit.ScreenshotAsync("single-sign-on-linked");
        await using (var again = await ComeAsync("ann")) await again.Page.WaitForURLAsync("**/servers");

        await SubmitAsync(visit.Page, Password, "Unlink");
        await visit.Page.WaitForSelectorAsync("text=The link is gone.");
        await using var last = await ComeAsync("ann");
        await last.Page.WaitForSelectorAsync("text=There is an account with your address");
    }

    [Fact]
    public async Task Provider_is_no_way_around_the_second_step()
    {
        await StartAsync(("LinkByEmail", "true"));
        var id = await app.Get<CreateAccount>().RunAsync(CoreHost.Admin, new CreateAccountRequest { Email = "ann@example.org", Password = Password }, default);
        var ann = (await app.Get<Actors>().FindAsync(id, null, default))! with { Session = await app.Get<Sessions>().StartAsync(id, false, "test", null, null, null, default) };
        var (secret, _) = TwoFactor.Begin(ann.Name);
        var codes = await app.Get<TwoFactor>().EnableAsync(ann, new() { Password = Password, Secret = secret, Code = Totp.Code(secret, Totp.StepOf(DateTimeOffset.UtcNow) - 1) }, default);

        await using var visit = await ComeAsync("ann");
        await visit.Page.WaitForURLAsync("**/sign-in/code**");
        await visit.Page.GotoAsync(new Uri(panel, "servers").ToString());
        await visit.Page.WaitForURLAsync("**/sign-in?returnUrl=**");
        await visit.Page.GotoAsync(new Uri(panel, "sign-in/code?returnUrl=%2Fservers").ToString());
        await visit.Page.FillAsync("#code", codes[0]);
        await visit.Page.ClickAsync("main button[type=submit]");
        await visit.Page.WaitForURLAsync("**/servers");
    }

    [Fact]
    public async Task Way_back_that_was_begun_in_another_browser_is_refused()
    {
        await StartAsync(("CreateAccounts", "true"));
        await using var visit = await browser.OpenAsync(new(panel, "sign-in"));
        await visit.Page.ClickAsync("[data-provider=test]");
        await visit.Page.WaitForSelectorAsync("input[name=login]");
        // another browser is one without this cookie
        Assert.Contains(await visit.Page.Context.CookiesAsync(), cookie => cookie.Name.StartsWith(".AspNetCore.Correlation", StringComparison.Ordinal) && cookie is { HttpOnly: true, SameSite: SameSiteAttribute.Lax });
        await visit.Page.Context.ClearCookiesAsync(new() { NameRegex = new("^.AspNetCore.Correlation") });
        await ConsentAsync(visit.Page, "ann");
        await visit.Page.WaitForSelectorAsync("text=That sign-in was not taken");
        Assert.Null(await AccountAsync("ann@example.org"));
    }

    static async Task SubmitAsync(IPage page, string password, string button)
    {
        await page.WaitForSelectorAsync("fieldset.live:not([disabled])");
        await page.FillAsync("#password-test", password);
        await page.ClickAsync($"form[aria-label=Test] button:text-is('{button}')");
    }
}
