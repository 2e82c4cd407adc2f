using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Accounts;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Keys;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Panel.Tests.Web.Api;
using Xunit;

namespace Panel.Tests.Security;

/// <summary>Every kind of secret that the panel hands out, at every place where one is taken.</summary>
public sealed class SecretPurposeTests : IAsyncLifetime
{
    const string Password = "Battery-Staple-7", NewAddress = "ann.new@example.org";

    readonly PanelApp app = new();
    HttpClient bare = null!;
    Actor ann = null!;
    string waiting = "";

    public async ValueTask InitializeAsync()
    {
        bare = app.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });
        ann = await PersonAsync("ann@example.org");
    }

    public async ValueTask DisposeAsync()
    {
        bare.Dispose();
        await app.DisposeAsync();
    }

    T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    async Task<Actor> PersonAsync(string email) => (await Get<Actors>().FindAsync(await Get<CreateAccount>().RunAsync(CoreHost.Admin, new() { Email = email, Password = Password }, default), null, default))!;

    /// <summary>CVE-2026-54593: a token for one purpose was taken for another.</summary>
    [Fact]
    public async Task Secret_opens_what_it_was_made_for_and_nothing_else_CVE_2026_54593()
    {
        var secrets = await SecretsAsync();
        var places = new Dictionary<string, Func<string, Task<bool>>>
        {
            ["page by cookie"] = value => OpensAsync("/servers", cookie: $"panel={value}"),
            ["api by cookie"] = value => OpensAsync("/api/v1/me", cookie: $"panel={value}"),
            ["page by the cookie put aside"] = value => OpensAsync("/servers", cookie: $"panel-own={value}"),
            ["page by the cookie of the second step"] = value => OpensAsync("/servers", cookie: $"panel-step={value}"),
            ["second step"] = value => OpensAsync("/sign-in/code", cookie: $"panel-step={value}"),
            ["api"] = value => OpensAsync("/api/v1/me", bearer: value),
            ["list by api"] = value => OpensAsync("/api/v1/servers", bearer: value),
            ["page by bearer"] = value => OpensAsync("/servers", bearer: value),
            ["live connection by bearer"] = value => OpensAsync("/_blazor?id=x", bearer: value),
            ["page by address"] = value => OpensAsync($"/servers?access_token={Uri.EscapeDataString(value)}"),
            ["refresh"] = RefreshesAsync,
            ["reset"] = value => Get<ResetPassword>().CheckAsync(ann.UserId, value, default),
            ["confirmation"] = ConfirmsAsync,
            ["change of address"] = value => Get<ChangeEmail>().ConfirmAsync(ann.UserId, NewAddress, value, null, default),
            ["invitation"] = async value => (await TextAsync("/invitation", $"panel-invitation={Uri.EscapeDataString(value)}")).Contains("You are invited", StringComparison.Ordinal),
        };
        var taken = new List<string>();
        foreach (var (place, takes) in places)
        {
            foreach (var (secret, value) in secrets)
            {
                if (await takes(value)) taken.Add($"{secret} for {place}");
            }
        }
        Assert.Equal(new[]
        {
            "session for page by cookie", "acting for page by cookie", "session for api by cookie", "acting for api by cookie", "step for second step", "access token for api", "key for api", "access token for list by api", "key for list by api",
            "refresh token for refresh", "reset for reset", "confirmation for confirmation", "change of address for change of address", "invitation for invitation",
        }.Order(), taken.Order());
    }

    async Task<Dictionary<string, string>> SecretsAsync()
    {
        var (admin, session, step) = (new CookieContainerHandler(), new CookieContainerHandler(), new CookieContainerHandler());
        waiting = (await PersonAsync("waiting@example.org")).UserId;
        using var asAdmin = new Visitor(app.CreateDefaultClient(admin));
        await asAdmin.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        await asAdmin.SubmitAsync($"/admin/users/{ann.UserId}", "/impersonate", [("user", ann.UserId)]);
        using var asAnn = new Visitor(app.CreateDefaultClient(session));
        await asAnn.SignInAsync(ann.Name, Password);
        var bob = await PersonAsync("bob@example.org");
        var (secret, _) = TwoFactor.Begin(bob.Name);
        await Get<TwoFactor>().EnableAsync(bob with { Session = await Get<Sessions>().StartAsync(bob.UserId, false, "test", null, null, null, default) },
            new() { Password = Password, Secret = secret, Code = Totp.Code(secret, Totp.StepOf(TimeProvider.System.GetUtcNow())) }, default);
        using var asBob = new Visitor(app.CreateDefaultClient(step));
        await asBob.SignInAsync(bob.Name, Password);

        using var caller = new Caller(app);
        var pair = await caller.SignInAsync(ann.Name, Password);
        var server = await Get<CreateServer>().RunAsync(ann, new() { Name = "One", Template = "demo", Plan = "tiny", Start = false }, default);
        await using var later = app.Services.CreateAsyncScope();
        var users = later.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var (account, fresh) = ((await users.FindByIdAsync(ann.UserId))!, (await users.FindByIdAsync(waiting))!);
        return new()
        {
            ["session"] = Cookie(session, "panel"),
            ["acting"] = Cookie(admin, "panel"),
            ["put aside"] = Cookie(admin, "panel-own"),
            ["step"] = Cookie(step, "panel-step"),
            ["access token"] = pair.AccessToken,
            ["refresh token"] = pair.RefreshToken,
            ["key"] = (await Get<CreateKey>().RunAsync(ann, new() { Name = "ci" }, default)).Text,
            ["reset"] = await users.GeneratePasswordResetTokenAsync(account),
            ["confirmation"] = await users.GenerateEmailConfirmationTokenAsync(fresh),
            ["change of address"] = await users.GenerateChangeEmailTokenAsync(account, NewAddress),
            ["invitation"] = (await Get<InviteMember>().RunAsync(ann, server, new() { Email = "guest@example.org" }, default)).Token!,
            ["password"] = Password,
            ["id"] = ann.UserId,
        };
    }

    string Cookie(CookieContainerHandler of, string name) => of.Container.GetCookies(app.ClientOptions.BaseAddress)[name]?.Value ?? throw new InvalidOperationException($"There is no cookie {name}.");

    async Task<bool> OpensAsync(string path, string? cookie = null, string? bearer = null)
    {
        using var answer = await SendAsync(path, cookie, bearer);
        return answer.StatusCode is HttpStatusCode.OK;
    }

    async Task<string> TextAsync(string path, string cookie)
    {
        using var answer = await SendAsync(path, cookie, null);
        return await answer.Content.ReadAsStringAsync();
    }

    async Task<HttpResponseMessage> SendAsync(string path, string? cookie, string? bearer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return await bare.SendAsync(request).Within(path);
    }

    // one that is confirmed already would be told so, whatever was sent
    async Task<bool> ConfirmsAsync(string value)
    {
        await using var db = await Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync();
        await db.Users.Where(account => account.Id == waiting).ExecuteUpdateAsync(set => set.SetProperty(account => account.EmailConfirmed, false));
        return await Get<RegisterAccount>().ConfirmAsync(waiting, value, Password, null, default);
    }

    async Task<bool> RefreshesAsync(string value)
    {
        using var answer = await bare.PostAsJsonAsync(new Uri("/api/v1/auth/refresh", UriKind.Relative), new RefreshRequest { RefreshToken = value });
        Assert.NotEqual(HttpStatusCode.TooManyRequests, answer.StatusCode);
        return answer.IsSuccessStatusCode;
    }
}
