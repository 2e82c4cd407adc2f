using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Database;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Database;

public sealed class UpgradeTests
{
    [Fact]
    public async Task Administrators_and_quotas_of_the_first_form_are_kept_on_Sqlite()
    {
        using var folder = new TempFolder();
        await CheckAsync(DesignDatabases.Sqlite($"Data Source={folder["panel.db"]};Pooling=False"), "1", "0");
    }

    [Fact, Trait("Lane", "postgres")]
    public async Task Administrators_and_quotas_of_the_first_form_are_kept_on_Postgres()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await CheckAsync(DesignDatabases.Postgres(database.ConnectionString), "TRUE", "FALSE");
    }

    static async Task CheckAsync(PanelDb made, string yes, string no)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var db = made;
        await db.GetService<IMigrator>().MigrateAsync("Initial", stop);
        var at = db is SqlitePanelDb ? "0" : "now()";
        foreach (var (id, admin, quota) in new[] { ("boss", yes, "NULL"), ("ann", no, "7") })
        {
#pragma warning disable EF1002 // these are words of this test
            await db.Database.ExecuteSqlRawAsync($"""
                INSERT INTO "AspNetUsers" ("Id", "UserName", "EmailConfirmed", "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnabled", "AccessFailedCount", "IsAdmin", "CreatedAt", "QuotaServers", "QuotaStamp")
                VALUES ('{id}', '{id}', {no}, {no}, {no}, {yes}, 0, {admin}, {at}, {quota}, 0)
                """, stop);
#pragma warning restore EF1002
        }

        await DatabaseSetup.PrepareDatabaseAsync(db, stop);

        var accounts = await db.Users.AsNoTracking().ToDictionaryAsync(account => account.Id, stop);
        Assert.Equal((Role.Administrator, null), (accounts["boss"].Role, accounts["boss"].Quota.Servers));
        Assert.Equal((Role.User, 7), (accounts["ann"].Role, accounts["ann"].Quota.Servers));
        Assert.All(accounts.Values, account => Assert.True(account.EmailConfirmed));   // nobody who could sign in waits for a link now
        Assert.Equal((null, null, 0), (accounts["ann"].SuspendedAt, accounts["ann"].SignedInAt, accounts["ann"].LastCodeStep));
    }
}
