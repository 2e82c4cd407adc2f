using Microsoft.EntityFrameworkCore;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Tests.Support;

namespace Panel.Tests.Accounts;

/// <summary>What tests of accounts ask of a host.</summary>
static class AccountHost
{
    /// <summary>The password of accounts that a host makes.</summary>
    public const string Password = "Correct-Horse-9";

    /// <summary>A domain on either database.</summary>
    public static Task<CoreHost> StartAsync(bool postgres, params (string Key, string Value)[] settings) => postgres ? CoreHost.OnPostgresAsync(settings) : CoreHost.OnSqliteAsync(settings);

    extension(CoreHost host)
    {
        /// <summary>The person at another browser.</summary>
        public async Task<Actor> SignInAsync(Actor actor, bool remember = true, Actor? impersonator = null)
        {
            var session = await host.Get<Sessions>().StartAsync(actor.UserId, remember, "Test", "192.0.2.7", impersonator is null ? null : new(impersonator.UserId, impersonator.Session!.Value), null, CancellationToken.None);
            return actor with { Session = session };
        }

        /// <summary>Whether the actor's session is still good.</summary>
        public async Task<bool> IsInAsync(Actor actor) => await host.Get<Actors>().AgainAsync(actor, CancellationToken.None) is not null;

        /// <summary>The row of an account, or null.</summary>
        public async Task<Account?> AccountRowAsync(string id)
        {
            await using var db = host.Open();
            return await db.Users.AsNoTracking().SingleOrDefaultAsync(account => account.Id == id);
        }

        /// <summary>Turns the second step on.</summary>
        public async Task<(string Secret, IReadOnlyList<string> Codes)> EnableTwoFactorAsync(Actor actor)
        {
            var (secret, _) = TwoFactor.Begin(actor.Name);
            var code = Authenticator.First(secret);
            return (secret, await host.Get<TwoFactor>().EnableAsync(actor, new() { Password = Password, Secret = secret, Code = code }, CancellationToken.None));
        }
    }
}
