using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Keys;
using Panel.Core.Console;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Web.Api;

public sealed class ConsoleStreamTests : IAsyncLifetime
{
    readonly PanelApp app = new();
    HttpClient http = null!;
    Actor ann = null!;
    ServerId id;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await this.StartOrEndAsync(async () =>
    {
        http = new() { BaseAddress = app.Listen() };
        ann = await AccountAsync("ann@example.org");
        id = await app.Get<CreateServer>().RunAsync(ann, new() { Name = "First", Template = "demo", Plan = "tiny", Start = false }, Stop);
    });

    [Fact]
    public async Task Program_gets_what_is_kept_and_what_comes_and_ends_when_its_key_does()
    {
        var hub = app.Get<ConsoleHub>();
        hub.Feed(id).Say("before");
        var (key, keyId) = await KeyAsync(ann);
        using var answer = await GetAsync(key);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        Assert.Equal("before", Assert.Single((await NextAsync(reader)).Lines).Text);
        hub.Feed(id).Publish([new(DateTimeOffset.UtcNow, "<b>after</b>\u001b[31m\ndata: forged")], ConsoleSource.Program);
        Assert.Equal("<b>after</b>\u001b[31m\ndata: forged", Assert.Single((await NextAsync(reader)).Lines).Text);
        await app.Get<RevokeKey>().RunAsync(ann, keyId, Stop);
        await Deadline.UntilAsync("the end of the stream", async () =>
        {
            try
            {
                return await reader.ReadLineAsync(Stop) is null;
            }
            catch (Exception cut) when (cut is IOException or HttpRequestException)
            {
                return true;
            }
        });
    }

    [Fact]
    public async Task Console_of_somebody_else_is_not_found_and_takes_no_command()
    {
        var (key, _) = await KeyAsync(await AccountAsync("eve@example.org"));
        using var refused = await GetAsync(key);
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType?.MediaType));
        using var stranger = await GetAsync(null);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(key, "stop"));
    }

    [Fact]
    public async Task Command_of_a_program_keeps_the_rules()
    {
        var (key, _) = await KeyAsync(ann);
        Assert.Equal(HttpStatusCode.Conflict, await SendAsync(key, "list"));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(key, "a\nb"));
    }

    async Task<HttpResponseMessage> GetAsync(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"api/v1/servers/{id}/console", UriKind.Relative));
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop).Within("the answer");
    }

    async Task<HttpStatusCode> SendAsync(string key, string command)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"api/v1/servers/{id}/commands", UriKind.Relative)) { Content = JsonContent.Create(new SendCommandRequest { Command = command }) };
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await http.SendAsync(request, Stop).Within("the answer");
        return answer.StatusCode;
    }

    static async Task<ConsoleBatch> NextAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(Stop).AsTask().Within("a line") is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return JsonSerializer.Deserialize<ConsoleBatch>(line["data: ".Length..], JsonSerializerOptions.Web)!;
        }
        throw new InvalidOperationException("The stream ended.");
    }

    async Task<Actor> AccountAsync(string email) =>
        (await app.Get<Actors>().FindAsync(await app.Get<CreateAccount>().RunAsync(CoreHost.Admin, new() { Email = email, Password = "Battery-Staple-7" }, Stop), null, Stop))!;

    async Task<(string Text, Guid Id)> KeyAsync(Actor actor)
    {
        var made = await app.Get<CreateKey>().RunAsync(actor, new() { Name = "ci" }, Stop);
        return (made.Text, made.Id);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }
}
