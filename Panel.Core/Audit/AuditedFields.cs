using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Announcements;
using Panel.Core.Plans;
using Panel.Core.Servers;

namespace Panel.Core.Audit;

/// <summary>
/// What a change makes of fields, read from the rows that a context is about to save, so that no operation has to tell. Only fields that are
/// named here are looked at: none of them can hold a secret.
/// </summary>
static class AuditedFields
{
    static readonly Dictionary<Type, string[]> Fields = new()
    {
        [typeof(Server)] = [nameof(Server.Name), nameof(Server.Description), nameof(Server.Image), nameof(Server.Plan), nameof(Server.CpuMillis), nameof(Server.MemoryMiB), nameof(Server.DiskMiB),
            nameof(Server.OwnerId), nameof(Server.Suspension), nameof(Server.SuspendReason), nameof(Server.SupportUntil)],
        [typeof(Member)] = [nameof(Member.Permissions), nameof(Member.ExpiresAt)],
        [typeof(Account)] = [nameof(Account.Email), nameof(Account.Role), nameof(Account.SuspendedAt), nameof(Account.SuspendReason), nameof(Account.TimeZone), nameof(Account.Culture), nameof(Account.TwoFactorEnabled)],
        [typeof(Role)] = [nameof(Role.Name), nameof(Role.Description), nameof(Role.Permissions), nameof(Role.Order)],
        [typeof(Plan)] = [nameof(Plan.Name), nameof(Plan.CpuMillis), nameof(Plan.MemoryMiB), nameof(Plan.DiskMiB), nameof(Plan.Order), nameof(Plan.Retired), nameof(Plan.Templates), nameof(Plan.Limited), nameof(Plan.Roles), nameof(Plan.Groups)],
        [typeof(Announcement)] = [nameof(Announcement.Text), nameof(Announcement.Warns), nameof(Announcement.From), nameof(Announcement.Until)],
    };

    /// <summary>Adds what the context is about to save: of the server where the record is of one, otherwise of everything else.</summary>
    /// <param name="db">The context.</param>
    /// <param name="server">The server that the record is of, or null.</param>
    /// <param name="told">What the operation told itself, which stands before what is read.</param>
    public static AuditChanges Of(PanelDb db, ServerId? server, AuditChanges? told)
    {
        var changes = told ?? new();
        foreach (var entry in db.ChangeTracker.Entries().Where(entry => entry.State == EntityState.Modified && Concerns(entry.Entity, server)))
        {
            if (!Fields.TryGetValue(entry.Entity.GetType(), out var names)) continue;
            foreach (var property in names.Select(entry.Property)) Note(changes, property, property.Metadata.Name);
            if (entry.Metadata.FindComplexProperty(nameof(Role.Quota)) is not null)
            {
                foreach (var line in entry.ComplexProperty(nameof(Role.Quota)).Properties) Note(changes, line, $"Quota{line.Metadata.Name}");
            }
            if (entry.Entity is Server row) NoteVariables(changes, entry.Property(nameof(Server.Variables)).OriginalValue as Dictionary<string, string> ?? [], row.Variables);
        }
        return changes;
    }

    static bool Concerns(object row, ServerId? server) => row switch
    {
        Server one => one.Id == server,
        Member member => member.ServerId == server,
        _ => server is null,
    };

    static void Note(AuditChanges changes, PropertyEntry property, string name)
    {
        if (property.Metadata.GetValueComparer().Equals(property.OriginalValue, property.CurrentValue)) return;
        changes.SetUnlessSet(string.Concat(name[..1].ToLowerInvariant(), name.AsSpan(1)), Words(property.OriginalValue), Words(property.CurrentValue));
    }

    // names alone: a value may be a secret
    static void NoteVariables(AuditChanges changes, Dictionary<string, string> before, Dictionary<string, string> after)
    {
        foreach (var name in before.Keys.Union(after.Keys).Where(name => before.GetValueOrDefault(name) != after.GetValueOrDefault(name)).Order(StringComparer.Ordinal))
        {
            changes.SetUnlessSet($"variable {name}", null, "changed");
        }
    }

    static string? Words(object? value) => value switch
    {
        null => null,
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        IEnumerable<string> names => string.Join(' ', names.Order(StringComparer.Ordinal)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
