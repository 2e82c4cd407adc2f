using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Web.Access;

/// <summary>The token of an invitation is a secret that travels in an address: nothing may keep it.</summary>
public sealed class InvitationLinkTests
{
    [Fact]
    public async Task Token_reaches_no_log_no_page_and_no_other_address()
    {
        var log = new KeptLog();
        await using var app = new PanelApp();
        await using var loud = app.WithWebHostBuilder(web => web.ConfigureLogging(logging => logging.AddProvider(log)).UseSetting("Logging:LogLevel:Default", "Information").UseSetting("Logging:LogLevel:Microsoft.AspNetCore", "Information"));
        using var http = loud.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        var (token, _) = InvitationRules.NewToken();
        using var opened = await http.GetAsync(InvitationMail.PathOf(token));
        Assert.Equal((HttpStatusCode.Redirect, "/invitation"), (opened.StatusCode, opened.Headers.Location!.OriginalString));
        Assert.Equal("no-referrer", opened.Headers.GetValues("Referrer-Policy").Single());
        var cookie = opened.Headers.GetValues("Set-Cookie").Single(value => value.Contains(token, StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/invitation", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);

        using var page = await http.GetAsync("/invitation");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var text = await page.Content.ReadAsStringAsync();
        Assert.Contains("This invitation is not valid", text, StringComparison.Ordinal);
        Assert.DoesNotContain(token, text, StringComparison.Ordinal);
        Assert.NotEmpty(log.Lines);
        Assert.DoesNotContain(log.Lines, line => line.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public void Token_is_not_among_what_a_made_invitation_says_of_itself() =>
        Assert.DoesNotContain("secret", $"{new MadeInvitation(Guid.NewGuid(), "secret")}{new JoinRequest { Token = "secret", Password = "secret" }}", StringComparison.Ordinal);
}
