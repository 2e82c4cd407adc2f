using System.Net;
using System.Text.RegularExpressions;
using Panel.Tests.Support;

namespace Panel.Tests.Web;

/// <summary>Somebody without a script in the browser: keeps cookies, follows no redirect, and sends forms as they came.</summary>
/// <param name="http">Keeps cookies and follows no redirect.</param>
public sealed partial class Visitor(HttpClient http) : IDisposable
{
    /// <summary>A visitor of a panel in this process.</summary>
    public Visitor(PanelApp app) : this(app.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = true })) { }

    /// <summary>Opens a page.</summary>
    public Task<HttpResponseMessage> GetAsync(string path) => http.GetAsync(new Uri(path, UriKind.Relative)).Within($"GET {path}");

    /// <summary>Sends a request as it is.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => http.SendAsync(request).Within($"{request.Method} {request.RequestUri}");

    /// <summary>Opens a page, fills in its form, and sends it.</summary>
    public Task<HttpResponseMessage> SubmitAsync(string path, params (string Field, string Value)[] fields) => SubmitAsync(path, path, fields);

    /// <summary>Opens a page, fills in its form, and sends it where the form says.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, string to, (string Field, string Value)[] fields)
    {
        var html = await (await GetAsync(path)).Content.ReadAsStringAsync();
        var form = Hidden().Matches(html).DistinctBy(input => input.Groups[1].Value).ToDictionary(input => input.Groups[1].Value, input => WebUtility.HtmlDecode(input.Groups[2].Value));
        foreach (var (field, value) in fields) form[field] = value;
        return await http.PostAsync(new Uri(to, UriKind.Relative), new FormUrlEncodedContent(form)).Within($"POST {to}");
    }

    /// <summary>Signs in.</summary>
    public Task<HttpResponseMessage> SignInAsync(string email, string password, string page = "/sign-in") =>
        SubmitAsync(page, ("Input.Email", email), ("Input.Password", password), ("Input.Remember", "true"));

    public void Dispose() => http.Dispose();

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" ?/?>""")]
    private static partial Regex Hidden();
}
