using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Panel.Core.Accounts;
using Panel.Tests.Support;
using Panel.Web.Hosting;
using Xunit;

namespace Panel.Tests.Web;

/// <summary>From nothing to the first administrator.</summary>
public sealed class FirstRunTests : IAsyncLifetime
{
    readonly PanelApp app = new PanelApp().With("Panel:Admin:Email", "").With("Panel:Admin:Password", "");
    string link = "";

    public async ValueTask InitializeAsync() =>
        link = $"/setup?token={await app.Services.GetRequiredService<FirstAdministrator>().IssueTokenAsync(TestContext.Current.CancellationToken)}";

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Link_makes_one_administrator_and_is_spent()
    {
        using var visitor = new Visitor(app);
        Assert.Contains("printed on its console", await Text(await visitor.GetAsync("/sign-in")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.GetAsync("/setup?token=wrong")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.GetAsync("/setup")).StatusCode);

        Assert.Contains("The two passwords differ.", await Text(await Fill(visitor, "first@example.org", "Correct-Horse-9", "another one")), StringComparison.Ordinal);
        Assert.Contains("This is not an email address.", await Text(await Fill(visitor, "first", "Correct-Horse-9", "Correct-Horse-9")), StringComparison.Ordinal);
        Assert.Contains("A password has 10 to 200 characters.", await Text(await Fill(visitor, "first@example.org", "short", "short")), StringComparison.Ordinal);

        var made = await Fill(visitor, "first@example.org", "Correct-Horse-9", "Correct-Horse-9");
        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/admin")).StatusCode);

        using var second = new Visitor(app);
        Assert.Equal(HttpStatusCode.Forbidden, (await second.GetAsync(link)).StatusCode);
        Assert.DoesNotContain("printed on its console", await Text(await second.GetAsync("/sign-in")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:8080", "http://localhost:8080")]
    [InlineData("http://[::]:8080", "http://localhost:8080")]
    [InlineData("http://0.0.0.0:80", "http://localhost:80")]
    [InlineData("http://*:8080", "http://localhost:8080")]
    [InlineData("https://192.0.2.4:8443", "https://192.0.2.4:8443")]
    public void Printed_address_can_be_opened(string listening, string expected) => Assert.Equal(expected, Preparation.Reachable(listening));

    Task<HttpResponseMessage> Fill(Visitor visitor, string email, string password, string again) =>
        visitor.SubmitAsync(link, ("Input.Email", email), ("Input.Password", password), ("Input.Again", again));

    static Task<string> Text(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();
}
