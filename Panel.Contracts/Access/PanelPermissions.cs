using System.Collections.Frozen;

namespace Panel.Contracts.Access;

/// <summary>What a role may allow in the whole panel.</summary>
public static class PanelPermissions
{
    /// <summary>To make servers of one's own.</summary>
    public const string CreateServers = "servers.create";
    /// <summary>To see every server, without its files and its console.</summary>
    public const string ReadServers = "servers.read-all";
    /// <summary>To do to every server what its owner may, to suspend it, and to hand it to somebody else.</summary>
    public const string ManageServers = "servers.manage-all";
    /// <summary>To see the accounts.</summary>
    public const string ReadUsers = "users.read";
    /// <summary>To make, change and suspend accounts, and to set their quotas.</summary>
    public const string ManageUsers = "users.manage";
    /// <summary>To act as somebody else.</summary>
    public const string Impersonate = "users.impersonate";
    /// <summary>To change what roles allow.</summary>
    public const string ManageRoles = "roles.manage";
    /// <summary>To change plans.</summary>
    public const string ManagePlans = "plans.manage";
    /// <summary>To import and change templates, and to say to whom they are offered.</summary>
    public const string ManageTemplates = "templates.manage";
    /// <summary>To see the cluster.</summary>
    public const string ReadCluster = "cluster.read";
    /// <summary>To adopt servers that the cluster has.</summary>
    public const string ManageCluster = "cluster.manage";
    /// <summary>To read the audit.</summary>
    public const string ReadAudit = "audit.read";
    /// <summary>To change the panel's settings.</summary>
    public const string ManageSettings = "panel.settings";
    /// <summary>To tell everybody something.</summary>
    public const string Announce = "panel.announce";

    /// <summary>All of them, in the order that people are shown.</summary>
    public static IReadOnlyList<PanelPermission> Catalogue { get; } =
    [
        new(CreateServers, "make servers of one's own"),
        new(ReadServers, "see every server, without its files and console"),
        new(ManageServers, "do everything to every server"),
        new(ReadUsers, "see the accounts"),
        new(ManageUsers, "make, change and suspend accounts"),
        new(Impersonate, "act as somebody else"),
        new(ManageRoles, "change roles"),
        new(ManagePlans, "change plans"),
        new(ManageTemplates, "import and change games"),
        new(ReadCluster, "see the cluster"),
        new(ManageCluster, "adopt servers that the cluster has"),
        new(ReadAudit, "read the audit"),
        new(ManageSettings, "change the panel's settings"),
        new(Announce, "make announcements"),
    ];

    /// <summary>The keys of all.</summary>
    public static FrozenSet<string> All { get; } = Catalogue.Select(permission => permission.Key).ToFrozenSet();

    /// <summary>The permission of a key, or null.</summary>
    public static PanelPermission? Find(string key) => Catalogue.FirstOrDefault(permission => permission.Key == key);
}
