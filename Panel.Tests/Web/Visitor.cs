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
    public async Task<HttpResponseMessage> SubmitAsync(string path, string to, (string Field, string Value)[] fields) => await PostAsync(to, await FormAsync(path), fields);

    /// <summary>Opens a page, and takes what its form has that nobody types; it can be sent more than once.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FormAsync(string path) =>
        Hidden().Matches(await (await GetAsync(path)).Content.ReadAsStringAsync()).DistinctBy(input => input.Groups[1].Value).ToDictionary(input => input.Groups[1].Value, input => WebUtility.HtmlDecode(input.Groups[2].Value));

    /// <summary>Sends a form.</summary>
    public async Task<HttpResponseMessage> PostAsync(string to, IReadOnlyDictionary<string, string> form, params (string Field, string Value)[] fields)
    {
        var whole = new Dictionary<string, string>(form);
        foreach (var (field, value) in fields) whole[field] = value;
        return await http.PostAsync(new Uri(to, UriKind.Relative), new FormUrlEncodedContent(whole)).Within($"POST {to}");
    }

    /// <summary>Signs in.</summary>
    public Task<HttpResponseMessage> SignInAsync(string email, string password, string page = "/sign-in") =>
        SubmitAsync(page, ("Input.Email", email), ("Input.Password", password), ("Input.Remember", "true"));

    public void Dispose() => http.Dispose();

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" ?/?>""")]
    private static partial Regex Hidden();
}
