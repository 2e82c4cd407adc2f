namespace Panel.Web.Components.Profile;

/// <summary>One part of the pages of one's own account.</summary>
/// <param name="Address">Where its page is.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Icon">A symbol of wwwroot/icons.svg.</param>
public sealed record ProfileSection(string Address, string Name, string Icon);

/// <summary>The parts of the pages of one's own account.</summary>
public static class ProfileSections
{
    /// <summary>The address of the first one.</summary>
    public const string Root = "account";

    /// <summary>The address of the one that is there where the panel knows a provider.</summary>
    public const string SingleSignOn = "account/single-sign-on";

    /// <summary>All of them, in the order that people are shown.</summary>
    public static IReadOnlyList<ProfileSection> All { get; } =
    [
        new(Root, "Profile", "user"),
        new("account/usage", "Usage", "cpu"),
        new("account/security", "Security", "shield"),
        new("account/sessions", "Sessions", "monitor"),
        new("account/keys", "Keys", "key-round"),
        new(SingleSignOn, "Single sign-on", "link"),
    ];
}
