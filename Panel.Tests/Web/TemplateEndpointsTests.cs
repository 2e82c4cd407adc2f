using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Panel.Core.Accounts;
using Panel.Core.Templates;
using Panel.Core.Templates.Eggs;
using Panel.Tests.Support;
using Panel.Tests.Templates.Eggs;
using Xunit;

namespace Panel.Tests.Web;

/// <summary>Pictures and exports of templates over HTTP.</summary>
public sealed class TemplateEndpointsTests
{
    const string Drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Picture_is_kept_by_the_browser_runs_nothing_and_is_for_people_who_are_signed_in()
    {
        await using var app = new PanelApp();
        var key = await ImportAsync(app, SampleEgg.Text);
        var entry = app.Services.GetRequiredService<TemplateCatalogue>().Entry(key)!;
        await app.Services.GetRequiredService<EditTemplates>().SaveAsync(CoreHost.Admin, entry.Template with { Icon = $"data:image/svg+xml;base64,{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Drawing))}" }, entry.Revision, Stop);

        using var stranger = new Visitor(app);
        Assert.NotEqual(HttpStatusCode.OK, (await stranger.GetAsync($"/templates/{key}/icon")).StatusCode);
        using var admin = new Visitor(app);
        await admin.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        using var answer = await admin.GetAsync($"/templates/{key}/icon");
        Assert.Equal((HttpStatusCode.OK, "image/svg+xml", Drawing), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync(Stop)));
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("sandbox", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/templates/{key}/icon");
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await admin.SendAsync(again)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/templates/demo-without/icon")).StatusCode);
    }

    [Fact]
    public async Task Export_is_an_egg_that_comes_back_and_only_for_whoever_may_change_templates()
    {
        await using var app = new PanelApp();
        var key = await ImportAsync(app, SampleEgg.Text);
        using var admin = new Visitor(app);
        await admin.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        foreach (var (query, version, name) in new[] { ("version=PtdlV2", EggVersion.PtdlV2, $"egg-{key}.json"), ("version=PlcnV3", EggVersion.PlcnV3, $"egg-{key}.json"), ("version=plcnv3&yaml=true", EggVersion.PlcnV3, $"egg-{key}.yaml") })
        {
            using var answer = await admin.GetAsync($"/admin/templates/{key}/export?{query}");
            Assert.Equal((HttpStatusCode.OK, name), (answer.StatusCode, answer.Content.Headers.ContentDisposition?.FileName));
            var egg = Egg.Read(await answer.Content.ReadAsStringAsync(Stop));
            Assert.Equal((version, "Sample game"), (egg.Version, egg.Template.Name));
        }
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.GetAsync($"/admin/templates/{key}/export?version=PtdlV1")).StatusCode);

        await app.Services.GetRequiredService<CreateAccount>().RunAsync(CoreHost.Admin, new() { Email = "ann@example.org", Password = "Battery-Staple-7" }, Stop);
        using var ann = new Visitor(app);
        await ann.SignInAsync("ann@example.org", "Battery-Staple-7");
        Assert.NotEqual(HttpStatusCode.OK, (await ann.GetAsync($"/admin/templates/{key}/export")).StatusCode);
    }

    static async Task<string> ImportAsync(PanelApp app, string text)
    {
        var import = app.Services.GetRequiredService<ImportTemplates>();
        return Assert.Single(await import.RunAsync(CoreHost.Admin, await import.PreviewAsync(CoreHost.Admin, new() { Text = text }, Stop), null, Stop));
    }
}
