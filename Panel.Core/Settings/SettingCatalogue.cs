using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Panel.Contracts.Settings;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Console;
using Panel.Core.Files.Pulls;
using Panel.Core.Mail;
using Panel.Core.Plans;
using Panel.Core.Servers;
using FileOptions = Panel.Core.Files.FileOptions;

namespace Panel.Core.Settings;

/// <summary>The settings that administrators change on a page. Whatever reads one of them follows it: it takes its options as a monitor.</summary>
static class SettingCatalogue
{
    /// <summary>All of them, in the order that people are shown.</summary>
    public static IReadOnlyList<SettingDefinition> All { get; } =
    [
        Of<PanelOptions>("Panel", PanelOptions.Section, nameof(PanelOptions.PublicUrl), "Address of the panel", "Where people reach it, such as https://panel.example.org. Links in mails begin with it."),
        Of<PanelOptions>("Panel", PanelOptions.Section, nameof(PanelOptions.PublicHost), "Address of the servers", "The host name or address that players are told. The node's own when empty."),
        Of<PanelOptions>("Panel", PanelOptions.Section, nameof(PanelOptions.TimeZone), "Time zone of the servers", "Such as Europe/Berlin.") with { Effect = SettingEffect.ServerStart },

        Of<AccountOptions>("Accounts", AccountOptions.Section, nameof(AccountOptions.Registration), "Who makes an account", "Open: everybody. Invitation: who is invited. Closed: administrators alone."),
        Of<AccountOptions>("Accounts", AccountOptions.Section, nameof(AccountOptions.UnconfirmedDays), "Days to confirm", "After so many days an account goes that was registered and whose address nobody confirmed."),

        Of<QuotaOptions>("Default quota", QuotaOptions.Section, nameof(QuotaOptions.Servers), "Servers", "For each account whose own limits and role say nothing. -1 for no limit."),
        Of<QuotaOptions>("Default quota", QuotaOptions.Section, nameof(QuotaOptions.CpuMillis), "CPU", "In cores, such as 0.5 or 8. -1 for no limit.") with { Unit = SettingUnit.Cores },
        Of<QuotaOptions>("Default quota", QuotaOptions.Section, nameof(QuotaOptions.MemoryMiB), "Memory", "Such as 512 MiB or 16 GiB. -1 for no limit.") with { Unit = SettingUnit.MiB },
        Of<QuotaOptions>("Default quota", QuotaOptions.Section, nameof(QuotaOptions.DiskMiB), "Disk", "Such as 512 MiB or 16 GiB. -1 for no limit.") with { Unit = SettingUnit.MiB },
        Of<QuotaOptions>("Default quota", QuotaOptions.Section, nameof(QuotaOptions.Ports), "Ports", "-1 for no limit."),

        Of<MailOptions>("Mail", MailOptions.Section, nameof(MailOptions.Host), "Server", "The name or address of the mail server. No mail is sent when empty."),
        Of<MailOptions>("Mail", MailOptions.Section, nameof(MailOptions.Port), "Port", "587 for StartTls, 465 for Tls."),
        Of<MailOptions>("Mail", MailOptions.Section, nameof(MailOptions.Security), "Protection", "How the way to the server is protected."),
        Of<MailOptions>("Mail", MailOptions.Section, nameof(MailOptions.User), "User", "Who the panel signs in as; nobody when empty."),
        Of<MailOptions>("Mail", MailOptions.Section, nameof(MailOptions.Password), "Password", "Of that user.") with
        {
            Secret = true,
            SentTo = [Name(MailOptions.Section, nameof(MailOptions.Host)), Name(MailOptions.Section, nameof(MailOptions.Port)), Name(MailOptions.Section, nameof(MailOptions.Security)), Name(MailOptions.Section, nameof(MailOptions.User))],
        },
        Of<MailOptions>("Mail", MailOptions.Section, nameof(MailOptions.From), "Sender", "Such as Panel <panel@example.org>."),

        Of<PortOptions>("Ports of servers", PortOptions.Section, nameof(PortOptions.First), "First", "Servers are given ports from here on.") with { Effect = SettingEffect.ForNew },
        Of<PortOptions>("Ports of servers", PortOptions.Section, nameof(PortOptions.Last), "Last", "Up to here. Ports that are given already stay.") with { Effect = SettingEffect.ForNew },
        Of<PortOptions>("Ports of servers", PortOptions.Section, nameof(PortOptions.SkipBusy), "Pass over busy ports", "Whether ports on which another program of this machine listens are passed over.") with { Effect = SettingEffect.ForNew },

        Of<CrashOptions>("Crash loops", CrashOptions.Section, nameof(CrashOptions.Most), "Ends of the program", "A server whose program ends so often by itself is stopped until somebody starts it. 0 for never."),
        Of<CrashOptions>("Crash loops", CrashOptions.Section, nameof(CrashOptions.WithinMinutes), "Within", "In so many minutes."),

        Of<FileOptions>("Files and consoles", FileOptions.Section, nameof(FileOptions.UploadBytes), "Largest upload", "Such as 100 MiB or 20 GiB.") with { Unit = SettingUnit.Bytes },
        Of<PullOptions>("Files and consoles", PullOptions.Section, nameof(PullOptions.Enabled), "Fetch from addresses", "Whether people may fetch files from the open network into their servers."),
        Of<PullOptions>("Files and consoles", PullOptions.Section, nameof(PullOptions.Bytes), "Largest file fetched", "Such as 100 MiB or 2 GiB.") with { Unit = SettingUnit.Bytes },
        Of<ConsoleOptions>("Files and consoles", ConsoleOptions.Section, nameof(ConsoleOptions.HistoryLines), "Console lines", "How many lines of a server's console are kept for those who open it.") with { Effect = SettingEffect.ForNew },
        Of<ConsoleOptions>("Files and consoles", ConsoleOptions.Section, nameof(ConsoleOptions.HistoryBytes), "Console memory", "How much those lines may take, such as 512 KiB.") with { Effect = SettingEffect.ForNew, Unit = SettingUnit.Bytes },
        Of<ConsoleOptions>("Files and consoles", ConsoleOptions.Section, nameof(ConsoleOptions.CommandBurst), "Commands at once", "How many commands one person may send to one server in a row."),
        Of<ConsoleOptions>("Files and consoles", ConsoleOptions.Section, nameof(ConsoleOptions.CommandsPerSecond), "Commands a second", "How many a second may follow."),

        Of<AuditOptions>("Audit", AuditOptions.Section, nameof(AuditOptions.RetentionDays), "Days kept", "Older records are deleted, their seals stay."),
    ];

    /// <summary>The same by name.</summary>
    public static FrozenDictionary<string, SettingDefinition> ByName { get; } = All.ToFrozenDictionary(setting => setting.Name);

    /// <summary>Those whose values are stored sealed.</summary>
    public static FrozenSet<string> Secrets { get; } = All.Where(setting => setting.Secret).Select(setting => setting.Name).ToFrozenSet();

    static SettingDefinition Of<T>(string group, string section, string property, string label, string hint) where T : class =>
        new(group, typeof(T), section, property, label, hint) { Read = container => _ = container.GetRequiredService<IOptionsMonitor<T>>().CurrentValue };

    static string Name(string section, string property) => $"{section}:{property}";
}
