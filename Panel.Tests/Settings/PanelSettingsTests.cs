using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Panel.Contracts.Settings;
using Panel.Core.Errors;
using Panel.Core.Mail;
using Panel.Core.Plans;
using Panel.Core.Replicas;
using Panel.Core.Settings;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Settings;

/// <summary>Settings that are changed while the panel runs, on each database.</summary>
public abstract class PanelSettingsTests : IAsyncLifetime
{
    const string Servers = "Panel:Quota:Servers", Password = "Panel:Mail:Password", Host = "Panel:Mail:Host";
    CoreHost? host;

    CoreHost Panel => host!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract Task<CoreHost> StartAsync(params (string, string)[] settings);

    public async ValueTask InitializeAsync() => host = await StartAsync(("Panel:Quota:Ports", "7"));

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    Task ChangeAsync(params (string Name, string? Value)[] values) => Panel.Get<PanelSettings>().ChangeAsync(CoreHost.Admin, values.ToDictionary(pair => pair.Name, pair => pair.Value), Stop);

    async Task<string[]> FaultsAsync(params (string, string?)[] values) => [.. (await Assert.ThrowsAsync<InvalidFieldException>(() => ChangeAsync(values))).Errors.Keys.Order()];

    SettingView View(string name) => Panel.Get<PanelSettings>().List(CoreHost.Admin).SelectMany(group => group.Settings).Single(setting => setting.Name == name);

    Task MailAsync() => ChangeAsync(("Panel:PublicUrl", "https://panel.example.org"), (Host, "mail.example.org"), ("Panel:Mail:From", "panel@example.org"), ("Panel:Mail:User", "panel"), (Password, "s3cret-mail"));

    [Fact]
    public async Task Change_takes_effect_at_once_and_a_reset_goes_back_to_what_is_below()
    {
        var ann = await Panel.AccountAsync();
        await ChangeAsync((Servers, "1"), ("Panel:Quota:Ports", "3"));
        await Panel.ServerAsync(ann);
        await Assert.ThrowsAsync<QuotaExceededException>(() => Panel.ServerAsync(ann, "Two"));
        Assert.Equal((SettingSource.Database, "1", "5"), (View(Servers).Source, View(Servers).Value, View(Servers).Default));
        await ChangeAsync((Servers, null), ("Panel:Quota:Ports", null));
        Assert.Equal((SettingSource.Default, "5"), (View(Servers).Source, View(Servers).Value));
        Assert.Equal(("7", "20"), (View("Panel:Quota:Ports").Value, View("Panel:Quota:Ports").Default));
        await Panel.ServerAsync(ann, "Two");
    }

    [Theory]
    [InlineData(Servers, "-2")]
    [InlineData(Servers, "many")]
    [InlineData(Servers, "99999999999")]
    [InlineData(Servers, "")]
    [InlineData("Panel:Ports:First", "80")]
    [InlineData("Panel:Ports:Last", "1030")]
    [InlineData("Panel:PublicUrl", "javascript:alert(1)")]
    [InlineData("Panel:PublicUrl", "https://a/../b")]
    [InlineData("Panel:TimeZone", "")]
    [InlineData("Panel:TimeZone", "a\nb")]
    [InlineData("Panel:TimeZone", "Europe/Atlantis")]
    [InlineData("Panel:TimeZone", "../../etc/passwd")]
    [InlineData("Panel:Accounts:Registration", "Everybody")]
    [InlineData("Panel:Accounts:UnconfirmedDays", "0")]
    [InlineData("Panel:Audit:RetentionDays", "0")]
    [InlineData("Panel:Ports:SkipBusy", "perhaps")]
    [InlineData("Panel:Mail:Security", "Rot13")]
    [InlineData("Panel:Files:UploadBytes", "0")]
    public async Task Value_that_breaks_a_rule_is_refused_by_its_name_and_changes_nothing(string name, string value)
    {
        Assert.Equal([name], await FaultsAsync((name, value)));
        await using var db = Panel.Open();
        Assert.Empty(await db.Settings.ToListAsync(Stop));
    }

    [Fact]
    public async Task Settings_that_need_each_other_are_checked_together()
    {
        Assert.Equal(["Panel:Mail:From"], (await FaultsAsync((Host, "mail.example.org"))).Except([Host]));
        await MailAsync();
        Assert.Equal("mail.example.org", Panel.Get<IOptionsMonitor<MailOptions>>().CurrentValue.Host);
        Assert.NotEmpty(await FaultsAsync(("Panel:PublicUrl", null)));   // mails have links
        Assert.Equal("https://panel.example.org", Panel.Get<IConfiguration>()["Panel:PublicUrl"]);
    }

    [Fact]
    public async Task Secret_is_sealed_in_the_database_and_in_no_view_audit_or_log()
    {
        await MailAsync();
        await ChangeAsync((Password, "0ther-s3cret"));
        Assert.Equal("0ther-s3cret", Panel.Get<IOptionsMonitor<MailOptions>>().CurrentValue.Password);
        Assert.Equal(("", true), (View(Password).Value, View(Password).IsSet));
        await using var db = Panel.Open();
        var all = string.Join('\n', (await db.Settings.Select(row => row.Value).ToListAsync(Stop)).Concat(await db.Audit.Select(record => record.Detail + record.Changes).ToListAsync(Stop)).Concat(Panel.Log));
        Assert.DoesNotContain("s3cret", all, StringComparison.Ordinal);
        Assert.Contains("Panel:Mail:Password", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_is_not_led_to_another_server_without_being_entered_again()
    {
        await MailAsync();
        Assert.Equal([Password], await FaultsAsync((Host, "evil.example.org")));
        Assert.Equal([Password], await FaultsAsync(("Panel:Mail:Port", "2525")));
        await ChangeAsync((Host, "mail2.example.org"), (Password, "s3cret-mail"));
        await ChangeAsync(("Panel:Mail:From", "other@example.org"));
    }

    [Fact]
    public async Task Change_is_noted_with_what_was_and_is()
    {
        await ChangeAsync((Servers, "9"));
        await ChangeAsync((Servers, "10"));
        await ChangeAsync((Servers, "10"));   // nothing new, nothing noted
        await using var db = Panel.Open();
        var noted = await db.Audit.Where(record => record.Action == "settings.change").OrderBy(record => record.Id).Select(record => record.Changes).ToListAsync(Stop);
        Assert.Equal(["{\"Panel:Quota:Servers\":{\"was\":null,\"is\":\"9\"}}", "{\"Panel:Quota:Servers\":{\"was\":\"9\",\"is\":\"10\"}}"], noted);
    }

    [Fact]
    public async Task Unknown_settings_and_strangers_are_refused()
    {
        Assert.Equal(["Panel:DataDirectory"], await FaultsAsync(("Panel:DataDirectory", "/")));
        Assert.Equal(["ConnectionStrings:Panel"], await FaultsAsync(("ConnectionStrings:Panel", "x")));
        var ann = await Panel.AccountAsync();
        await Assert.ThrowsAsync<ForbiddenException>(() => Panel.Get<PanelSettings>().ChangeAsync(ann, new Dictionary<string, string?> { [Servers] = "100" }, Stop));
        Assert.Throws<ForbiddenException>(() => Panel.Get<PanelSettings>().List(ann));
    }

    [Fact]
    public async Task Stored_value_that_breaks_a_rule_is_left_out_and_the_others_stand()
    {
        await using (var db = Panel.Open())
        {
            db.Settings.AddRange(Row(Servers, "-5"), Row("Panel:Quota:MemoryMiB", "x"), Row("Panel:Quota:DiskMiB", "4096"), Row("Panel:Gone", "1"));
            await db.SaveChangesAsync(Stop);
        }
        await Panel.Get<PanelChanges>().HeardAsync(PanelChanges.Settings, Stop);   // as another replica tells
        var quota = Panel.Get<IOptionsMonitor<QuotaOptions>>().CurrentValue;
        Assert.Equal((5, 16384, 4096), (quota.Servers, quota.MemoryMiB, quota.DiskMiB));
        Assert.Contains(Panel.Log, line => line.Contains($"The stored setting {Servers}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ports_are_given_from_the_range_that_is_set_now()
    {
        var (first, last) = FreePort.NextRange();
        await ChangeAsync(("Panel:Ports:First", $"{first}"), ("Panel:Ports:Last", $"{last}"));
        var id = await Panel.ServerAsync(await Panel.AccountAsync());
        Assert.InRange((await Panel.RowAsync(id))!.Allocations[0].Port, first, last);
    }

    static Setting Row(string name, string value) => new() { Name = name, Value = value, ChangedAt = TimeProvider.System.GetUtcNow() };
}

public sealed class SqlitePanelSettingsTests : PanelSettingsTests
{
    protected override Task<CoreHost> StartAsync(params (string, string)[] settings) => CoreHost.OnSqliteAsync(settings);
}

[Trait("Lane", "postgres")]
public sealed class PostgresPanelSettingsTests : PanelSettingsTests
{
    protected override Task<CoreHost> StartAsync(params (string, string)[] settings) => CoreHost.OnPostgresAsync(settings);
}
