using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panel.Core.Database;
using Panel.Core.Errors;
using Panel.Core.SingleSignOn;
using Panel.Core.Templates;

namespace Panel.Core.Plans;

/// <summary>Limits that a server may be given.</summary>
public sealed class Plan
{
    /// <summary>Names the plan.</summary>
    public required string Key { get; init; }
    /// <summary>What people call it.</summary>
    public required string Name { get; set; }
    /// <summary>Processor share in thousandths of a core.</summary>
    public required int CpuMillis { get; set; }
    /// <summary>Memory in MiB.</summary>
    public required int MemoryMiB { get; set; }
    /// <summary>Volume size in MiB.</summary>
    public required int DiskMiB { get; set; }
    /// <summary>Its place in lists.</summary>
    public int Order { get; set; }
    /// <summary>Whether new servers cannot have it any more; those that do keep it.</summary>
    public bool Retired { get; set; }
    /// <summary>The key of the nodes that its servers are placed on; empty for any.</summary>
    public string NodePool { get; set; } = "";
    /// <summary>The keys of the templates it is for; none for all.</summary>
    public HashSet<string> Templates { get; set; } = [];
    /// <summary>Whether only those may choose it whose role or group is named; otherwise it is for everybody.</summary>
    public bool Limited { get; set; }
    /// <summary>The keys of the roles that it is for.</summary>
    public HashSet<string> Roles { get; set; } = [];
    /// <summary>The groups of single sign-on that it is for, as <see cref="ProviderGroups"/> writes them.</summary>
    public HashSet<string> Groups { get; set; } = [];

    /// <summary>Whether somebody may choose it for a server of their own.</summary>
    /// <param name="role">The key of their role.</param>
    /// <param name="groups">Their groups.</param>
    internal bool IsFor(string role, HashSet<string> groups) => !Limited || Roles.Contains(role) || Groups.Overlaps(groups);

    /// <summary>Refuses a plan that a server of this template cannot be given.</summary>
    /// <exception cref="InvalidFieldException">It is retired, or for other games.</exception>
    internal void RequireOffered(Template template, string field)
    {
        if (Retired) throw new InvalidFieldException(field, $"The plan {Name} is not offered any more.");
        if (Templates.Count > 0 && !Templates.Contains(template.Key)) throw new InvalidFieldException(field, $"The plan {Name} is not for {template.Name}.");
    }
}

internal sealed class PlanMapping : IEntityTypeConfiguration<Plan>
{
    public void Configure(EntityTypeBuilder<Plan> builder)
    {
        builder.ToTable("Plans").HasKey(plan => plan.Key);
        builder.Property(plan => plan.Key).HasMaxLength(40);
        builder.Property(plan => plan.Name).HasMaxLength(80);
        builder.Property(plan => plan.NodePool).HasMaxLength(40).HasDefaultValue("");
        builder.Property(plan => plan.Templates).HasConversion<KeysConverter, KeysComparer>();
        builder.Property(plan => plan.Roles).HasConversion<KeysConverter, KeysComparer>();
        builder.Property(plan => plan.Groups).HasConversion<NamesConverter, KeysComparer>();
    }
}
