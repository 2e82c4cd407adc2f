using System.Buffers.Binary;
using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Panel.Core;
using Panel.Core.Accounts;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Panel.Tests.Web.Api;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>Passwords are kept as Identity's newest hash, also those that were chosen when another was the newest.</summary>
public sealed class PasswordHashTests
{
    const string Email = "ann@example.org", Password = "Battery-Staple-7";
    const byte Version = 1;
    const uint HmacSha512 = 2, Rounds = 100_000;

    [Theory]
    [InlineData(PasswordHasherCompatibilityMode.IdentityV2, 1000, false)]
    [InlineData(PasswordHasherCompatibilityMode.IdentityV2, 1000, true)]
    [InlineData(PasswordHasherCompatibilityMode.IdentityV3, 10_000, false)]
    [InlineData(PasswordHasherCompatibilityMode.IdentityV3, 10_000, true)]
    public async Task Old_hash_is_written_anew_when_its_person_signs_in(PasswordHasherCompatibilityMode mode, int rounds, bool program)
    {
        await using var app = new PanelApp();
        using var visitor = new Visitor(app);
        using var caller = new Caller(app);
        var id = await app.Services.GetRequiredService<CreateAccount>().RunAsync(CoreHost.Admin, new() { Email = Email, Password = Password }, default);
        var weak = new PasswordHasher<Account>(Options.Create(new PasswordHasherOptions { CompatibilityMode = mode, IterationCount = rounds })).HashPassword(new(), Password);
        await using (var db = await app.Services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync())
        {
            await db.Users.Where(account => account.Id == id).ExecuteUpdateAsync(set => set.SetProperty(account => account.PasswordHash, weak));
        }
        Assert.False(await SignInAsync("Battery-Staple-8"));
        Assert.Equal(weak, await HashAsync(app, id));
        Assert.True(await SignInAsync(Password));
        var hash = await HashAsync(app, id);
        AssertNewest(hash);
        Assert.True(await SignInAsync(Password));
        Assert.Equal(hash, await HashAsync(app, id));

        async Task<bool> SignInAsync(string password) => program
            ? (await caller.TokenAsync(Email, password)).StatusCode == HttpStatusCode.OK
            : (await visitor.SignInAsync(Email, password)).StatusCode == HttpStatusCode.Redirect;
    }

    [Fact]
    public async Task New_password_is_kept_as_the_newest_hash()
    {
        await using var app = new PanelApp();
        AssertNewest(await HashAsync(app, await app.Services.GetRequiredService<CreateAccount>().RunAsync(CoreHost.Admin, new() { Email = Email, Password = Password }, default)));
    }

    static async Task<string> HashAsync(PanelApp app, string id)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync();
        return (await db.Users.Where(account => account.Id == id).Select(account => account.PasswordHash).SingleAsync())!;
    }

    // the form of Identity's hash: its version, the function, the rounds, the length of the salt
    static void AssertNewest(string hash)
    {
        var bytes = Convert.FromBase64String(hash);
        Assert.Equal((Version, HmacSha512, Rounds, 16u), (bytes[0], BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1)), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5)), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(9))));
    }
}
