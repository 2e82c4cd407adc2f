using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Keys;
using Panel.Core.Accounts.Tokens;
using Panel.Core.Announcements;
using Panel.Core.Audit;
using Panel.Core.Console;
using Panel.Core.Console.Input;
using Panel.Core.Database;
using Panel.Core.Files;
using Panel.Core.Files.Archives;
using Panel.Core.Files.Jobs;
using Panel.Core.Files.Protection;
using Panel.Core.Files.Pulls;
using Panel.Core.Mail;
using Panel.Core.Plans;
using Panel.Core.Reconciling;
using Panel.Core.Replicas;
using Panel.Core.Secrets;
using Panel.Core.Servers;
using Panel.Core.Settings;
using Panel.Core.SingleSignOn;
using Panel.Core.Templates;
using Panel.Core.Usage;
using Panel.Core.Users;
using FileOptions = Panel.Core.Files.FileOptions;

namespace Panel.Core;

/// <summary>Registers the domain. The ports (<see cref="IServerCluster"/>, <see cref="IConsoleSource"/>, <see cref="IServerReach"/>, <see cref="IServerFiles"/>) come from elsewhere.</summary>
public static class CoreSetup
{
    /// <summary>Adds every operation and query, the database, and Identity's stores; sign-in is for the web to add.</summary>
    public static IServiceCollection AddCore(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptionsWithValidateOnStart<PanelOptions, PanelOptionsValidator>().BindConfiguration(PanelOptions.Section);
        services.AddDatabase(configuration);
        services.AddReplicas(configuration);
        services.AddSettings(configuration);
        return services.AddMail().AddAccounts().AddSingleSignOn().AddAccess().AddUsers().AddPlans().AddTemplates().AddServers().AddConsole().AddFiles().AddSingleton<UsageSampling>().AddSingleton<UsageHistory>().AddSingleton<StartTimes>();
    }

    /// <summary>Brings the database to the newest form, with its plans, and makes the administrator that the configuration names. To be called before the host starts.</summary>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(services.GetRequiredService<IOptions<PanelOptions>>().Value.DataDirectory).FullName;
        await using var db = await services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync(cancellation);
        if (db is PostgresPanelDb) await DatabaseWait.UntilItAnswersAsync(db, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<PanelDb>>(), cancellation);
        await using var turn = await PreparingTurn.TakeAsync(db, folder, cancellation);
        await DatabaseSetup.PrepareDatabaseAsync(db, cancellation);
        await services.GetRequiredService<StoredTemplates>().LoadAsync(cancellation);   // which of a server's values are secret, templates say
        await services.GetRequiredService<KeyImport>().RunAsync(cancellation);
        await services.GetRequiredService<PanelSettings>().LoadAsync(cancellation);
        await services.GetRequiredService<AnnouncementBoard>().LoadAsync(cancellation);
        await services.GetRequiredService<FirstAdministrator>().CreateConfiguredAsync(services.GetRequiredService<IOptions<AdminOptions>>().Value, cancellation);
    }

    static void AddSettings(this IServiceCollection services, IConfiguration configuration)
    {
        var stored = new StoredSettings();
        if (configuration is IConfigurationBuilder sources) sources.Add(stored);
        services.AddSingleton(stored).AddSingleton(new SettingRules(services)).AddSingleton<PanelChanges>().AddSingleton<NoticeTopic, PanelNotices>();
        services.AddSingleton<AnnouncementBoard>().AddSingleton<Announce>().AddSingleton<SettingParts>();
        services.AddSingleton(all => new PanelSettings(all.GetRequiredService<IDbContextFactory<PanelDb>>(), (IConfigurationRoot)all.GetRequiredService<IConfiguration>(), all.GetRequiredService<SettingParts>(), all.GetRequiredService<ILogger<PanelSettings>>()));
    }

    static void AddReplicas(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ChangesMade>().AddSingleton<NoticeTopic, ServerNotices>().AddSingleton<NoticeTopic, AccountNotices>().AddSingleton<NoticeTopic, ConsoleNotices>().AddSingleton<NoticeTopic, CountdownNotices>();
        services.AddSingleton(all => new ChangeNotices(
            all.GetRequiredService<INotices>(), all.GetServices<NoticeTopic>(), all.GetRequiredService<TimeProvider>(), all.GetRequiredService<ILogger<ChangeNotices>>()));
        if (configuration.GetConnectionString("Redis") is { Length: > 0 } redis)
        {
            // the text itself may hold a password: it is not repeated
            if (!RedisAddress.TryParse(redis, out var address)) throw new OptionsValidationException("ConnectionStrings:Redis", typeof(RedisAddress), ["ConnectionStrings:Redis must be redis://[user:password@]host[:port], or rediss:// for TLS."]);
            services.AddSingleton<INotices>(all => new RedisNotices(address, all.GetRequiredService<TimeProvider>()));
        }
        else if (DatabaseSetup.IsPostgres(configuration))
        {
            services.AddSingleton<INotices, PostgresNotices>();
        }
        else
        {
            services.AddSingleton<INotices, NoNotices>();
        }
    }

    static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AdminOptions, AdminOptionsValidator>().BindConfiguration(AdminOptions.Section);
        services.AddDataProtection().SetApplicationName("Panel");
        services.AddOptionsWithValidateOnStart<SecretOptions, SecretOptionsValidator>().BindConfiguration(SecretOptions.Section);
        services.AddSingleton<OuterKey>().AddSingleton<SecretValues>().AddSingleton<OpenSecrets>().AddSingleton<KeyImport>();
        services.AddOptions<KeyManagementOptions>().Configure<IDbContextFactory<PanelDb>, OuterKey>((keys, databases, outer) =>
        {
            keys.XmlRepository = new ProtectionKeys(databases);
            keys.XmlEncryptor = outer.Bytes is { } key ? new KeyEncryptor(key) : null;
        });
        services.AddOwnAccounts();
        services.AddIdentityCore<Account>(AccountRules.Configure)
            .AddEntityFrameworkStores<PanelDb>()
            .AddDefaultTokenProviders();
        return services.AddSingleton<FirstAdministrator>().AddSingleton<CreateAccount>().AddSingleton<AccountQueries>()
            .AddSingleton<CreateKey>().AddSingleton<RenameKey>().AddSingleton<RevokeKey>().AddSingleton<KeyQueries>().AddSingleton<KeyUse>().AddSingleton<TokenText>().AddSingleton<ProgramTokens>()
            .AddSingleton<AccountSuspension>().AddSingleton<SuspendAccount>().AddSingleton<ResumeAccount>()
            .AddSingleton<AccountChanges>().AddSingleton<AccountStates>().AddSingleton<SessionStates>().AddSingleton<KeyStates>().AddSingleton<Roles>().AddSingleton<Actors>().AddSingleton<AccessGuard>()
            .AddAudit();
    }

    static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AuditOptions, AuditOptionsValidator>().BindConfiguration(AuditOptions.Section);
        return services.AddSingleton<AuditLog>().AddSingleton<AuditQueries>().AddSingleton<AuditSealing>().AddSingleton<AuditRetention>().AddSingleton<AuditVerification>().AddSingleton<AuditExport>().AddSingleton<AuditSignIns>();
    }

    static IServiceCollection AddUsers(this IServiceCollection services) => services.AddSingleton<UserOperations>().AddSingleton<UserQueries>()
        .AddSingleton<ChangeUserRole>().AddSingleton<ChangeUserQuota>().AddSingleton<ResetSecondFactor>().AddSingleton<EndSessions>().AddSingleton<Impersonate>()
        .AddSingleton<RoleQueries>().AddSingleton<CreateRole>().AddSingleton<ChangeRole>().AddSingleton<DeleteRole>();

    static IServiceCollection AddAccess(this IServiceCollection services) => services
        .AddSingleton<InvitationRules>().AddSingleton<ServerActivity>().AddSingleton<InvitationAnswer>().AddSingleton<InvitationMail>().AddSingleton<MemberQueries>()
        .AddSingleton<InviteMember>().AddSingleton<InviteUser>().AddSingleton<UserInvitations>().AddSingleton<ResendInvitation>().AddSingleton<WithdrawInvitation>().AddSingleton<AcceptInvitation>().AddSingleton<DeclineInvitation>().AddSingleton<JoinByInvitation>()
        .AddSingleton<ChangeMember>().AddSingleton<RemoveMember>().AddSingleton<LeaveServer>().AddSingleton<TransferServer>().AddSingleton<AllowSupport>();

    static IServiceCollection AddPlans(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<QuotaOptions, QuotaOptionsValidator>().BindConfiguration(QuotaOptions.Section);
        return services.AddSingleton<PlanQueries>().AddSingleton<EditPlans>().AddSingleton<GroupPlans>().AddSingleton<QuotaRules>().AddSingleton<QuotaQueries>();
    }

    static IServiceCollection AddTemplates(this IServiceCollection services) => services
        .AddSingleton<TemplateCatalogue>().AddSingleton<StoredTemplates>().AddSingleton<TemplateSources>().AddSingleton<TemplateQueries>().AddSingleton<ImportTemplates>().AddSingleton<EditTemplates>().AddSingleton<AddTracking>().AddSingleton<TryTemplate>();

    static IServiceCollection AddServers(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PortOptions, PortOptionsValidator>().BindConfiguration(PortOptions.Section);
        services.AddOptionsWithValidateOnStart<NodePoolOptions, NodePoolOptionsValidator>().BindConfiguration(NodePoolOptions.Section);
        services.AddOptionsWithValidateOnStart<CrashOptions, CrashOptionsValidator>().BindConfiguration(CrashOptions.Section);
        services.AddSingleton<WorkQueue<ServerId>>().AddSingleton<Wake>().AddSingleton<LeaderGate>().AddSingleton<ChangedServers>().AddSingleton<ObservedServers>().AddSingleton<ObservedCluster>();
        return services.AddSingleton<ServerOperations>().AddSingleton<PortPool>().AddSingleton<NodePoolQueries>().AddSingleton<ServerQueries>().AddSingleton<FollowServers>().AddSingleton<ServerListing>().AddSingleton<Overview>()
            .AddSingleton<CreateServer>().AddSingleton<ChangePower>().AddSingleton<StopCountdowns>().AddSingleton<Announcing>().AddSingleton<AnnounceStop>().AddSingleton<CarryOutStops>().AddSingleton<RenameServer>().AddSingleton<ChangeVariables>()
            .AddSingleton<ChangePlan>().AddSingleton<ChangePorts>().AddSingleton<ReinstallServer>().AddSingleton<AcceptInstall>().AddSingleton<ChangeTemplate>().AddSingleton<DeleteServer>().AddSingleton<SuspendServer>().AddSingleton<ResumeServer>().AddSingleton<AdoptServers>()
            .AddSingleton<ServerPass>().AddSingleton<ServerMemory>().AddSingleton<ServerRows>().AddSingleton<ServerTemplates>().AddSingleton<ConfigFiles>().AddSingleton<AskToStop>().AddSingleton<CrashGuard>().AddSingleton<GameSteps>().AddSingleton<Resync>();
    }

    static IServiceCollection AddConsole(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ConsoleOptions, ConsoleOptionsValidator>().BindConfiguration(ConsoleOptions.Section);
        return services.AddSingleton<GameHelp>().AddSingleton<KeptConsoles>().AddSingleton<ConsoleSubjects>().AddSingleton<ConsoleHub>().AddSingleton<ConsoleKeeping>().AddSingleton<SaidLines>().AddSingleton<OpenConsole>().AddSingleton<ReadHistory>().AddSingleton<ReadPastLog>().AddSingleton<ServerInput>().AddSingleton<CommandParts>().AddSingleton<CommandHistory>().AddSingleton<CommandPace>().AddSingleton<Snippets>().AddSingleton<SendCommand>().AddSingleton<PastedCommands>().AddSingleton<MendTrouble>();
    }

    static IServiceCollection AddFiles(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<FileOptions, FileOptionsValidator>().BindConfiguration(FileOptions.Section);
        services.AddOptionsWithValidateOnStart<PullOptions, PullOptionsValidator>().BindConfiguration(PullOptions.Section);
        services.AddSingleton<OutgoingClient.NameLookup>(Dns.GetHostAddressesAsync).AddSingleton<OutgoingClient>().AddSingleton<PullFile>();
        return services.AddSingleton<VolumePorts>().AddSingleton<ServerVolumes>().AddSingleton<ListFiles>().AddSingleton<ReadFile>().AddSingleton<WriteFile>()
            .AddSingleton<CreateFolder>().AddSingleton<MoveFile>().AddSingleton<DeleteFiles>().AddSingleton<UploadFile>().AddSingleton<DownloadFile>()
            .AddSingleton<DownloadArchive>().AddSingleton<ResumableUploads>().AddSingleton<CopyFile>().AddSingleton<MeasureFile>().AddSingleton<ConfigForms>().AddSingleton<FileBin>().AddSingleton<FileHistory>()
            .AddSingleton<ChangeMode>().AddSingleton<ChecksumFile>().AddSingleton<SearchFiles>().AddSingleton<JobRows>().AddSingleton<FileJobs>().AddSingleton<NoticeTopic, JobNotices>().AddSingleton<MakeArchive>().AddSingleton<ExtractArchive>().AddSingleton<LookIntoArchive>();
    }
}
