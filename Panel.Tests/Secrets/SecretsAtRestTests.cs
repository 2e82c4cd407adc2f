using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Secrets;

/// <summary>What a thief of the database, or a reader of logs and audit, learns of secrets: nothing.</summary>
public abstract class SecretsAtRestTests : IAsyncLifetime
{
    const string Secret = "hunter2-very-secret", Later = "correct-horse-later";

    CoreHost host = null!;

    protected abstract Task<CoreHost> StartAsync();

    public async ValueTask InitializeAsync() => host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Secret_value_stands_sealed_in_the_row_and_open_where_it_is_used()
    {
        var ann = await host.AccountAsync();
        var id = await host.Get<CreateServer>().RunAsync(ann, new() { Name = "One", Template = "minecraft-java", Plan = "medium", Variables = { ["EULA"] = "TRUE", ["RCON_PASSWORD"] = Secret } }, default);
        await host.DrainAsync();
        Assert.Equal(Secret, (await SpecAsync(id)).SecretEnvironment["RCON_PASSWORD"]);
        var first = (await host.RowAsync(id))!.Variables;
        Assert.Equal(Secret, (await host.Get<ServerQueries>().FindAsync(ann, id, default)).Variables["RCON_PASSWORD"]);

        await host.Get<ChangeVariables>().RunAsync(ann, id, new() { Variables = { ["MOTD"] = "sealed:1:looks like one" } }, default);
        var second = (await host.RowAsync(id))!.Variables;
        Assert.Equal(first["RCON_PASSWORD"], second["RCON_PASSWORD"]);   // what did not change is not sealed anew
        Assert.Equal("sealed:1:looks like one", (await host.Get<ServerQueries>().FindAsync(ann, id, default)).Variables["MOTD"]);

        await host.Get<ChangeVariables>().RunAsync(ann, id, new() { Variables = { ["RCON_PASSWORD"] = Later } }, default);
        await host.DrainAsync();
        Assert.Equal(Later, (await SpecAsync(id)).SecretEnvironment["RCON_PASSWORD"]);

        Assert.DoesNotContain(await EverythingStoredAsync(), text => text.Contains(Secret, StringComparison.Ordinal) || text.Contains(Later, StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log, line => line.Contains(Secret, StringComparison.Ordinal) || line.Contains(Later, StringComparison.Ordinal));
        Assert.NotEmpty(host.Log);
    }

    [Fact]
    public async Task Open_value_of_an_older_row_is_read_and_sealed_at_the_next_start()
    {
        var ann = await host.AccountAsync();
        var id = await host.Get<CreateServer>().RunAsync(ann, new() { Name = "One", Template = "minecraft-java", Plan = "medium", Variables = { ["EULA"] = "TRUE" } }, default);
        await using (var db = host.Open())
        {
            var row = await db.Servers.SingleAsync(TestContext.Current.CancellationToken);
            row.Variables = new(row.Variables) { ["RCON_PASSWORD"] = Secret };
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal(Secret, (await host.Get<ServerQueries>().FindAsync(ann, id, default)).Variables["RCON_PASSWORD"]);

        await CoreSetup.PrepareAsync(host.Get<IServiceProvider>(), default);

        Assert.StartsWith("sealed:", (await host.RowAsync(id))!.Variables["RCON_PASSWORD"]);
        Assert.Equal(Secret, (await host.Get<ServerQueries>().FindAsync(ann, id, default)).Variables["RCON_PASSWORD"]);
    }

    [Fact]
    public async Task Key_files_of_an_earlier_panel_go_into_the_database_and_still_open_what_they_sealed()
    {
        var folder = Directory.CreateDirectory(Path.Combine(host.DataDirectory, "keys"));
        string cookie;
        await using (var earlier = new ServiceCollection().AddLogging().AddDataProtection().SetApplicationName("Panel").PersistKeysToFileSystem(folder).Services.BuildServiceProvider())
            cookie = earlier.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie").Protect("ann");

        await CoreSetup.PrepareAsync(host.Get<IServiceProvider>(), default);

        Assert.Equal("ann", host.Get<IDataProtectionProvider>().CreateProtector("cookie").Unprotect(cookie));
        Assert.False(folder.Exists && folder.EnumerateFiles().Any());
        var encrypted = host.Settings.GetValueOrDefault("Panel:Database:Provider") != "Postgres" || host.Settings.ContainsKey("Panel:Secrets:Key");
        await using var db = host.Open();
        Assert.All(db.ProtectionKeys.AsEnumerable(), key => Assert.Equal(encrypted, !key.Xml.Contains("requiresEncryption", StringComparison.Ordinal)));
    }

    async Task<ServerSpec> SpecAsync(ServerId id) => host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!.Spec!;

    async Task<IReadOnlyList<string>> EverythingStoredAsync()
    {
        await using var db = host.Open();
        var rows = await db.Servers.AsNoTracking().ToListAsync(TestContext.Current.CancellationToken);
        var audit = await db.Audit.AsNoTracking().ToListAsync(TestContext.Current.CancellationToken);
        Assert.Contains(audit, record => record.Detail.Contains("RCON_PASSWORD", StringComparison.Ordinal));
        List<string> texts = [.. rows.SelectMany(row => row.Variables.Values), .. audit.Select(record => $"{record}{record.Detail}{record.Subject}")];
        // the file as a whole: what was there before lies in its free pages and its journal
        texts.AddRange(Directory.EnumerateFiles(host.DataDirectory, "panel.db*").Select(ReadShared));
        return texts;
    }

    static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }
}

public sealed class SqliteSecretsAtRestTests : SecretsAtRestTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

[Trait("Lane", "postgres")]
public sealed class PostgresSecretsAtRestTests : SecretsAtRestTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}

[Trait("Lane", "postgres")]
public sealed class PostgresWithKeySecretsAtRestTests : SecretsAtRestTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync(("Panel:Secrets:Key", "a long key of the operator"));
}
