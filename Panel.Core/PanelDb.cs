using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Announcements;
using Panel.Core.Audit;
using Panel.Core.Console;
using Panel.Core.Database;
using Panel.Core.Files.Jobs;
using Panel.Core.Plans;
using Panel.Core.Servers;
using Panel.Core.Settings;
using Panel.Core.Templates;
using Panel.Core.Usage;

namespace Panel.Core;

/// <summary>The rows of the panel; each database has a type of its own below, because migrations belong to a context type.</summary>
public abstract class PanelDb(DbContextOptions options) : IdentityUserContext<Account>(options)
{
    /// <summary>Servers, with what is wanted of them.</summary>
    public DbSet<Server> Servers => Set<Server>();
    /// <summary>Ports given to servers.</summary>
    public DbSet<Allocation> Allocations => Set<Allocation>();
    /// <summary>Servers that were removed, so that what is left of one in a cluster may be removed too.</summary>
    public DbSet<RemovedServer> RemovedServers => Set<RemovedServer>();
    /// <summary>Plans.</summary>
    public DbSet<Plan> Plans => Set<Plan>();
    /// <summary>Templates that were imported or written here, and how shipped ones are offered.</summary>
    public DbSet<StoredTemplate> Templates => Set<StoredTemplate>();
    /// <summary>Roles.</summary>
    public DbSet<Role> Roles => Set<Role>();
    /// <summary>Who is let into the servers of others.</summary>
    public DbSet<Member> Members => Set<Member>();
    /// <summary>Invitations that wait for somebody.</summary>
    public DbSet<Invitation> Invitations => Set<Invitation>();
    /// <summary>Where people are signed in.</summary>
    public DbSet<Session> Sessions => Set<Session>();
    /// <summary>Keys for programs.</summary>
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    /// <summary>Settings that were changed on a page.</summary>
    public DbSet<Setting> Settings => Set<Setting>();
    /// <summary>Commands that people sent, to send them again.</summary>
    public DbSet<SentCommand> SentCommands => Set<SentCommand>();
    /// <summary>Commands kept with servers.</summary>
    public DbSet<Snippet> Snippets => Set<Snippet>();
    /// <summary>What is kept of consoles.</summary>
    public DbSet<ConsoleChunk> ConsoleChunks => Set<ConsoleChunk>();
    /// <summary>Long jobs on files, as other replicas are to see them.</summary>
    public DbSet<KeptJob> FileJobs => Set<KeptJob>();
    /// <summary>What servers used lately.</summary>
    public DbSet<UsageSample> UsageSamples => Set<UsageSample>();
    /// <summary>How long servers took to start.</summary>
    public DbSet<StartTime> StartTimes => Set<StartTime>();
    /// <summary>Stops and restarts that are announced.</summary>
    public DbSet<StopCountdown> StopCountdowns => Set<StopCountdown>();
    /// <summary>What everybody is told.</summary>
    public DbSet<Announcement> Announcements => Set<Announcement>();
    /// <summary>Who did what.</summary>
    public DbSet<AuditRecord> Audit => Set<AuditRecord>();
    /// <summary>What makes a later change of the audit show.</summary>
    public DbSet<AuditSeal> AuditSeals => Set<AuditSeal>();
    /// <summary>Keys that protect cookies.</summary>
    public DbSet<ProtectionKey> ProtectionKeys => Set<ProtectionKey>();
    /// <summary>Rows that stand for a lock or a step done once.</summary>
    public DbSet<Mark> Marks => Set<Mark>();

    /// <summary>The session that outlives a change of its account's stamp: the one that the change is made in.</summary>
    internal Guid? KeptSession { get; set; }

    /// <summary>Whether all sessions outlive a change of their account's stamp: another mail address takes the way in from nobody.</summary>
    internal bool KeepsSessions { get; set; }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<ServerId>().HaveConversion<ServerIdConverter>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(PanelDb).Assembly);
    }

    /// <inheritdoc/>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        foreach (var entry in ChangeTracker.Entries<Account>().Where(entry => entry.State == EntityState.Modified).ToList())
        {
            // Identity writes whole rows: what it did not change may have been changed by others since it was read
            foreach (var same in entry.Properties.Concat(entry.ComplexProperties.SelectMany(complex => complex.Properties)).Where(property => property.IsModified && Equals(property.OriginalValue, property.CurrentValue))) same.IsModified = false;
            // however an account's stamp comes to change: who was signed in before is so no more
            if (entry.Property(account => account.SecurityStamp).IsModified && !KeepsSessions) await Sessions.Where(session => session.AccountId == entry.Entity.Id && session.Id != KeptSession).ExecuteDeleteAsync(cancellationToken);
        }
        foreach (var entry in ChangeTracker.Entries<Server>())
        {
            if (entry.State == EntityState.Modified) entry.Entity.Touch();
        }
        return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }
}

/// <summary>The rows in a SQLite file.</summary>
public sealed class SqlitePanelDb(DbContextOptions<SqlitePanelDb> options) : PanelDb(options)
{
    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        // SQLite cannot order or compare a DateTimeOffset
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<TicksConverter>();
    }
}

/// <summary>The rows in a PostgreSQL database.</summary>
public sealed class PostgresPanelDb(DbContextOptions<PostgresPanelDb> options) : PanelDb(options)
{
    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
    }
}
