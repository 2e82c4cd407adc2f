using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>A panel that sends mail by a real server, and lets everybody register.</summary>
sealed class PeopleApp : IAsyncDisposable
{
    /// <summary>The password of the people that it makes.</summary>
    public const string Password = AccountHost.Password;

    PeopleApp(MailServer mail)
    {
        Mail = mail;
        foreach (var (key, value) in mail.Settings) App.With(key, value);
        App.With("Panel:Accounts:Registration", "Open");
    }

    /// <summary>The panel.</summary>
    public PanelApp App { get; } = new();

    /// <summary>The mail server.</summary>
    public MailServer Mail { get; }

    /// <summary>Starts both; skips the test where there is no mail server.</summary>
    public static async Task<PeopleApp> StartAsync() => new(await MailServer.StartAsync());

    /// <summary>A part of the panel.</summary>
    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>Makes a person.</summary>
    public async Task<Actor> PersonAsync(string name = "ann")
    {
        var id = await Get<CreateAccount>().RunAsync(Actor.Panel, new() { Email = $"{name}@example.org", Password = Password }, CancellationToken.None);
        var actor = (await Get<Actors>().FindAsync(id, null, CancellationToken.None))!;
        return actor with { Session = await Get<Sessions>().StartAsync(id, true, "Test", null, null, null, CancellationToken.None) };
    }

    /// <summary>Turns the person's second step on.</summary>
    /// <returns>The secret, and the recovery codes.</returns>
    public async Task<(string Secret, IReadOnlyList<string> Codes)> SecondStepAsync(Actor person)
    {
        var (secret, _) = TwoFactor.Begin(person.Name);
        var code = Authenticator.First(secret);
        return (secret, await Get<TwoFactor>().EnableAsync(person, new() { Password = Password, Secret = secret, Code = code }, CancellationToken.None));
    }

    /// <summary>The path of the link in the newest mail, once there are so many.</summary>
    public async Task<string> LinkAsync(int mails) => (await Mail.MailAsync(mails)).Path(MailServer.PublicUrl);

    /// <summary>Whether a visitor is signed in.</summary>
    public static async Task<bool> IsInAsync(Visitor visitor) => (await visitor.GetAsync("/access-denied")).StatusCode == HttpStatusCode.OK && (await visitor.GetAsync("/servers")).StatusCode == HttpStatusCode.OK;

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Mail.DisposeAsync();
    }
}
