namespace Panel.Core.Access;

/// <summary>Who acts: every operation takes one, checks what it may, and writes its name into the audit.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Name">What the account is called.</param>
/// <param name="IsAdmin">Whether it may do everything.</param>
/// <param name="Address">Where it acts from: an IP address, or null for the panel itself.</param>
public sealed record Actor(string UserId, string Name, bool IsAdmin, string? Address)
{
    /// <summary>The panel itself.</summary>
    public static Actor Panel { get; } = new("", "Panel", IsAdmin: true, Address: null);
}
