using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>
/// How long an answer takes tells nobody whether an address has an account. Both kinds are asked for by turns, so that what else the machine
/// does meets both, and the middle one of each kind counts.
/// </summary>
public sealed class EvenTimeTests
{
    // 24 of the 30 forms that a network sends in a minute; five wrong passwords of one name would be told to wait
    const int Turns = 10, WarmUps = 2, OfOneName = 4;

    // a hash left out makes an answer ten times as quick; what is filled up to a time would be a third apart without
    const double MostApartByHash = 0.6, MostApartFilled = 0.3;

    [Fact]
    public async Task Signing_in_takes_as_long_for_an_unknown_address()
    {
        await using var app = new PanelApp();
        for (var person = 0; person * OfOneName < Turns + WarmUps; person++) await app.Get<CreateAccount>().RunAsync(Actor.Panel, new() { Email = $"known{person}@example.org", Password = AccountHost.Password }, CancellationToken.None);
        using var visitor = new Visitor(app);
        var form = await visitor.FormAsync("/sign-in");
        Task<HttpResponseMessage> AskAsync(string kind, int turn) => visitor.PostAsync("/sign-in", form, ("Input.Email", $"{kind}{turn / OfOneName}@example.org"), ("Input.Password", "Some-Wrong-Horse-1"), ("Input.Remember", "true"));
        await EvenAsync(turn => AskAsync("known", turn), turn => AskAsync("nobody", turn), MostApartByHash);
    }

    [Fact]
    public async Task Tokens_are_refused_as_slowly_to_an_unknown_address()
    {
        await using var app = new PanelApp();
        for (var person = 0; person * OfOneName < Turns + WarmUps; person++) await app.Get<CreateAccount>().RunAsync(Actor.Panel, new() { Email = $"known{person}@example.org", Password = AccountHost.Password }, CancellationToken.None);
        using var visitor = new Visitor(app);
        Task<HttpResponseMessage> AskAsync(string kind, int turn) => visitor.SendAsync(new(HttpMethod.Post, new Uri("/api/v1/auth/token", UriKind.Relative))
        {
            Content = JsonContent.Create(new TokenRequest { Email = $"{kind}{turn / OfOneName}@example.org", Password = "Some-Wrong-Horse-1" }),
        });
        await EvenAsync(turn => AskAsync("known", turn), turn => AskAsync("nobody", turn), MostApartByHash, HttpStatusCode.Unauthorized);
    }

    [Fact, Trait("Lane", "mail")]
    public async Task Forgotten_password_takes_as_long_for_an_unknown_address()
    {
        await using var people = await PeopleApp.StartAsync();
        // a mailbox gets five of these mails: there are as many people as turns
        for (var person = 0; person < Turns + WarmUps; person++) await people.PersonAsync($"known{person}");
        using var visitor = new Visitor(people.App);
        var form = await visitor.FormAsync("/forgot");
        Task<HttpResponseMessage> AskAsync(string kind, int turn) => visitor.PostAsync("/forgot", form, ("Input.Email", $"{kind}{turn}@example.org"));
        await EvenAsync(turn => AskAsync("known", turn), turn => AskAsync("nobody", turn), MostApartFilled);
        Assert.True(people.Mail.Count > 0);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Registering_takes_as_long_for_a_taken_address(bool mail)
    {
        await using var people = mail ? await PeopleApp.StartAsync() : null;
        await using var app = people?.App ?? new PanelApp().With("Panel:Accounts:Registration", "Open");
        for (var person = 0; person < Turns + WarmUps; person++) await app.Get<CreateAccount>().RunAsync(Actor.Panel, new() { Email = $"known{person}@example.org", Password = AccountHost.Password }, CancellationToken.None);
        using var visitor = new Visitor(app);
        var form = await visitor.FormAsync("/register");
        Task<HttpResponseMessage> AskAsync(string kind, int turn) => visitor.PostAsync("/register", form, ("Input.Email", $"{kind}{turn}@example.org"), ("Input.Password", AccountHost.Password), ("Input.Again", AccountHost.Password));
        await EvenAsync(turn => AskAsync("known", turn), turn => AskAsync("nobody", turn), MostApartFilled);
    }

    [Fact, Trait("Lane", "mail")]
    public async Task Changing_the_address_takes_as_long_to_a_taken_one()
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        for (var person = 0; person < Turns + WarmUps; person++) await people.PersonAsync($"known{person}");
        Task AskAsync(string kind, int turn) => people.Get<ChangeEmail>().RequestAsync(ann, new() { Email = $"{kind}{turn}@example.org", Password = PeopleApp.Password }, CancellationToken.None);
        await MeasureAsync(turn => AskAsync("known", turn), turn => AskAsync("nobody", turn), MostApartByHash);
    }

    static Task EvenAsync(Func<int, Task<HttpResponseMessage>> known, Func<int, Task<HttpResponseMessage>> unknown, double mostApart, HttpStatusCode status = HttpStatusCode.OK)
    {
        return MeasureAsync(turn => CheckAsync(known(turn)), turn => CheckAsync(unknown(turn)), mostApart);

        // an answer of another kind, such as "too many", would say nothing of the time
        async Task CheckAsync(Task<HttpResponseMessage> asking)
        {
            using var answer = await asking;
            Assert.Equal(status, answer.StatusCode);
        }
    }

    static async Task MeasureAsync(Func<int, Task> known, Func<int, Task> unknown, double mostApart)
    {
        var (some, none) = (new List<double>(), new List<double>());
        for (var turn = 0; turn < Turns + WarmUps; turn++)
        {
            // neither is always the one that comes second
            if (turn % 2 == 0) some.Add(await TimeAsync(known, turn));
            none.Add(await TimeAsync(unknown, turn));
            if (turn % 2 != 0) some.Add(await TimeAsync(known, turn));
        }
        var (one, other) = (Middle(some), Middle(none));
        TestContext.Current.TestOutputHelper?.WriteLine($"known {one:0.0} ms, unknown {other:0.0} ms");
        Assert.True(Math.Abs(one - other) <= mostApart * Math.Max(one, other), $"A known address takes {one:0.0} ms, an unknown one {other:0.0} ms.");
    }

    static async Task<double> TimeAsync(Func<int, Task> ask, int turn)
    {
        var began = Stopwatch.GetTimestamp();
        await ask(turn);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    static double Middle(IEnumerable<double> times) => times.Skip(WarmUps).Order().ElementAt(Turns / 2);
}
