using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panel.Contracts.Access;
using Panel.Core.Database;

namespace Panel.Core.Access;

/// <summary>What a kind of people may do in the whole panel, and take.</summary>
public sealed class Role
{
    /// <summary>May do everything; it cannot be changed, so that nobody locks everybody out.</summary>
    public const string Administrator = "administrator";
    /// <summary>Runs the servers of others.</summary>
    public const string Operator = "operator";
    /// <summary>Sees the servers of others.</summary>
    public const string Support = "support";
    /// <summary>Has servers of its own; every new account begins so.</summary>
    public const string User = "user";

    /// <summary>Names the role.</summary>
    public required string Key { get; init; }
    /// <summary>What people call it.</summary>
    public required string Name { get; set; }
    /// <summary>What it is for.</summary>
    public string Description { get; set; } = "";
    /// <summary>What it allows: keys of <see cref="PanelPermissions"/>.</summary>
    public HashSet<string> Permissions { get; set; } = [];
    /// <summary>Its place in lists.</summary>
    public int Order { get; set; }
    /// <summary>Limits of its people; null for the panel's default, -1 for none.</summary>
    public Quota Quota { get; set; } = new();

    /// <summary>Refuses to give somebody a role that allows more than the actor may: nobody hands out what they do not have.</summary>
    /// <exception cref="Errors.ForbiddenException">It allows more.</exception>
    internal void RequireGrantable(Actor actor)
    {
        var more = Permissions.Where(permission => !actor.May(permission)).Order(StringComparer.Ordinal).ToList();
        if (more.Count > 0) throw new Errors.ForbiddenException($"The role {Name} allows what you may not: {string.Join(", ", more)}.");
    }

    /// <summary>Whether it allows nothing beyond what the actor's own role does.</summary>
    internal bool IsWithin(Actor actor) => Permissions.All(actor.Permissions.Contains);

    /// <summary>Refuses to change somebody of this role when it allows more than the actor's own role.</summary>
    /// <param name="actor">Who wants to change them.</param>
    /// <param name="name">What they are called.</param>
    /// <exception cref="Errors.ForbiddenException">It allows more.</exception>
    internal void RequireWithin(Actor actor, string name)
    {
        if (!IsWithin(actor)) throw new Errors.ForbiddenException($"{name} has the role {Name}, which allows more than yours does.");
    }
}

/// <summary>Limits of a person or of a role. Null for what the next wider rule says, -1 for no limit.</summary>
public sealed class Quota
{
    /// <summary>Number of servers.</summary>
    public int? Servers { get; set; }
    /// <summary>Processor share in thousandths of a core.</summary>
    public int? CpuMillis { get; set; }
    /// <summary>Memory in MiB.</summary>
    public int? MemoryMiB { get; set; }
    /// <summary>Volume size in MiB.</summary>
    public int? DiskMiB { get; set; }
    /// <summary>Number of ports.</summary>
    public int? Ports { get; set; }
}

internal sealed class RoleMapping : IEntityTypeConfiguration<Role>
{
    public void Configure(EntityTypeBuilder<Role> builder)
    {
        builder.ToTable("Roles").HasKey(role => role.Key);
        builder.Property(role => role.Key).HasMaxLength(40);
        builder.Property(role => role.Name).HasMaxLength(80);
        builder.Property(role => role.Permissions).HasConversion<KeysConverter, KeysComparer>();
        builder.ComplexProperty(role => role.Quota);
    }
}
