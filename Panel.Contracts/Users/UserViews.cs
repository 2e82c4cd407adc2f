using Panel.Contracts.Plans;

namespace Panel.Contracts.Users;

/// <summary>What a list of users is sorted by.</summary>
public enum UserSort
{
    /// <summary>The mail address, from A.</summary>
    Email,
    /// <summary>The last sign-in, the latest first; who never signed in comes last.</summary>
    SignedIn,
    /// <summary>When the account was made, the newest first.</summary>
    Created,
}

/// <summary>Which users a list shows, and where it goes on.</summary>
public sealed record UserFilter
{
    /// <summary>Part of the mail address, in any case; null for all.</summary>
    public string? Text { get; init; }
    /// <summary>The key of the role, or null for all.</summary>
    public string? Role { get; init; }
    /// <summary>Whether only those that are suspended, or only those that are not; null for all.</summary>
    public bool? Suspended { get; init; }
    /// <summary>Whether only those whose mail address nobody has confirmed.</summary>
    public bool Waiting { get; init; }
    /// <summary>The order.</summary>
    public UserSort Sort { get; init; }
    /// <summary>What <see cref="UserPage.Next"/> said on the page before; null for the first page.</summary>
    public string? After { get; init; }
}

/// <summary>A line of the list of users.</summary>
/// <param name="Id">Names the account.</param>
/// <param name="Email">The mail address.</param>
/// <param name="Role">The key of its role.</param>
/// <param name="RoleName">What people call that role.</param>
/// <param name="Servers">How many servers it owns.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="SignedInAt">The last sign-in, in UTC; null for never.</param>
/// <param name="Suspended">Whether it is out of use.</param>
/// <param name="SecondFactor">Whether it asks for a code too.</param>
/// <param name="Confirmed">Whether the mail address is confirmed; nobody signs in before.</param>
public sealed record UserRow(string Id, string Email, string Role, string RoleName, int Servers, DateTimeOffset CreatedAt, DateTimeOffset? SignedInAt, bool Suspended, bool SecondFactor, bool Confirmed);

/// <summary>A page of users.</summary>
/// <param name="Rows">The users.</param>
/// <param name="Next">Where the next page begins, for <see cref="UserFilter.After"/>; null when this is the last.</param>
public sealed record UserPage(IReadOnlyList<UserRow> Rows, string? Next);

/// <summary>All that a user's page shows.</summary>
public sealed record UserView
{
    /// <summary>What the list shows of it.</summary>
    public required UserRow Row { get; init; }
    /// <summary>Why it is out of use; empty while it is in use.</summary>
    public required string SuspendReason { get; init; }
    /// <summary>Whether the mail address was confirmed.</summary>
    public required bool EmailConfirmed { get; init; }
    /// <summary>In how many places it is signed in.</summary>
    public required int Sessions { get; init; }
    /// <summary>Its own limits; what is blank is the role's.</summary>
    public required QuotaRequest Quota { get; init; }
    /// <summary>What it may take by its own limits, its role's and the panel's, and what it takes.</summary>
    public required QuotaView Use { get; init; }
    /// <summary>What it would be without limits of its own.</summary>
    public required QuotaRequest Inherited { get; init; }
    /// <summary>Whether who asks may change it: nobody changes somebody whose role allows more than theirs.</summary>
    public required bool Manageable { get; init; }
    /// <summary>Whether who asks may act as it.</summary>
    public required bool Impersonable { get; init; }
}
