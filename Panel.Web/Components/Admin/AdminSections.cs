using Panel.Contracts.Access;

namespace Panel.Web.Components.Admin;

/// <summary>One part of the administration.</summary>
/// <param name="Address">Where its page is.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Icon">A symbol of wwwroot/icons.svg.</param>
/// <param name="Policy">Who may see it: keys of <see cref="PanelPermissions"/> with <c>|</c> between them, of which one is enough.</param>
public sealed record AdminSection(string Address, string Name, string Icon, string Policy);

/// <summary>The parts of the administration; the navigation shows those whose policy lets the person in, and each page asks for the same policy.</summary>
public static class AdminSections
{
    /// <summary>The address of the first one.</summary>
    public const string Root = "admin";
    /// <summary>Who sees servers of others.</summary>
    public const string Servers = PanelPermissions.ReadServers + "|" + PanelPermissions.ManageServers;
    /// <summary>Who has anything to administer; the overview shows of it what they may see.</summary>
    public const string Any = Servers + "|" + PanelPermissions.ReadUsers + "|" + PanelPermissions.ManageRoles + "|" + PanelPermissions.ManagePlans + "|" + PanelPermissions.ManageTemplates
        + "|" + PanelPermissions.Announce + "|" + PanelPermissions.ManageSettings + "|" + PanelPermissions.ReadCluster + "|" + PanelPermissions.ReadAudit;

    /// <summary>All of them, in the order that people are shown.</summary>
    public static IReadOnlyList<AdminSection> All { get; } =
    [
        new(Root, "Overview", "layout-grid", Any),
        new("admin/users", "Users", "users", PanelPermissions.ReadUsers),
        new("admin/invitations", "Invitations", "link", PanelPermissions.ManageUsers),
        new("admin/roles", "Roles", "key-round", PanelPermissions.ManageRoles),
        new("admin/servers", "Servers", "server", Servers),
        new("admin/templates", "Games", "gamepad-2", PanelPermissions.ManageTemplates),
        new("admin/plans", "Plans", "cpu", PanelPermissions.ManagePlans),
        new("admin/single-sign-on", "Single sign-on", "external-link", PanelPermissions.ManagePlans),
        new("admin/announcements", "Announcements", "info", PanelPermissions.Announce),
        new("admin/settings", "Settings", "settings", PanelPermissions.ManageSettings),
        new("admin/cluster", "Cluster", "box", PanelPermissions.ReadCluster),
        new("admin/audit", "Audit", "history", PanelPermissions.ReadAudit),
    ];
}
