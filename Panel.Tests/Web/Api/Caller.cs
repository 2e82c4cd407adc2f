using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Panel.Contracts.Accounts;
using Panel.Tests.Support;

namespace Panel.Tests.Web.Api;

/// <summary>A program that calls the API: it keeps cookies, if it is given any, and follows no redirect.</summary>
public sealed class Caller(PanelApp app) : IDisposable
{
    readonly HttpClient http = app.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = true });

    /// <summary>The same as a person without a script in the browser.</summary>
    public Visitor Person => new(http);

    /// <summary>What it shows with each call; null for nothing.</summary>
    public string? Token { get; set; }

    /// <summary>Sends a call.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null) request.Content = body as HttpContent ?? JsonContent.Create(body);
        if (Token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request).Within($"{method} {path}");
    }

    /// <summary>Asks for something.</summary>
    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Asks for tokens.</summary>
    public Task<HttpResponseMessage> TokenAsync(string email, string password, string? code = null) => SendAsync(HttpMethod.Post, "/api/v1/auth/token", new TokenRequest { Email = email, Password = password, Code = code });

    /// <summary>Signs in, and shows the access token from now on.</summary>
    public async Task<TokenPair> SignInAsync(string email = PanelApp.AdminEmail, string password = PanelApp.AdminPassword)
    {
        var pair = (await (await TokenAsync(email, password)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<TokenPair>())!;
        Token = pair.AccessToken;
        return pair;
    }

    /// <summary>The code of a refusal for programs; empty where there is none.</summary>
    public static async Task<string> CodeAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("code", out var code) ? code.GetString()! : "";

    public void Dispose() => http.Dispose();
}
