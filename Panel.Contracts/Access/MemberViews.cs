using Panel.Contracts.Servers;

namespace Panel.Contracts.Access;

/// <summary>Everybody who is let into a server.</summary>
/// <param name="Owner">The mail address of its owner.</param>
/// <param name="Members">Who is let in, by mail address; also those whose time is over.</param>
/// <param name="Invitations">Who is asked and has not answered; also those whose link is too old.</param>
public sealed record ServerPeople(string Owner, IReadOnlyList<MemberRow> Members, IReadOnlyList<InvitationRow> Invitations);

/// <summary>Somebody who is let into a server.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Email">Its mail address.</param>
/// <param name="Permissions">What they may do: keys of <see cref="ServerPermissions"/>.</param>
/// <param name="CreatedAt">Since when, in UTC.</param>
/// <param name="ExpiresAt">Until when, in UTC; null for no end.</param>
public sealed record MemberRow(string AccountId, string Email, IReadOnlySet<string> Permissions, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>An invitation that waits.</summary>
/// <param name="Id">Names the invitation.</param>
/// <param name="Email">Whom it is for.</param>
/// <param name="Permissions">What it will let do: keys of <see cref="ServerPermissions"/>.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="ExpiresAt">Until when it can be accepted, in UTC.</param>
/// <param name="MembershipExpiresAt">When the access it gives ends, in UTC; null for no end.</param>
public sealed record InvitationRow(Guid Id, string Email, IReadOnlySet<string> Permissions, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? MembershipExpiresAt);

/// <summary>What somebody who is invited is told.</summary>
/// <param name="Id">Names the invitation.</param>
/// <param name="Email">Whom it is for.</param>
/// <param name="InvitedBy">The mail address of who invites.</param>
/// <param name="Server">The server; null for an invitation into the panel alone.</param>
/// <param name="ServerName">What the server is called.</param>
/// <param name="Game">The name of its game.</param>
/// <param name="Permissions">What it will let do: keys of <see cref="ServerPermissions"/>.</param>
/// <param name="ExpiresAt">Until when it can be accepted, in UTC.</param>
/// <param name="MembershipExpiresAt">When the access it gives ends, in UTC; null for no end.</param>
public sealed record InvitationView(
    Guid Id, string Email, string InvitedBy, ServerId? Server, string? ServerName, string? Game, IReadOnlySet<string> Permissions, DateTimeOffset ExpiresAt, DateTimeOffset? MembershipExpiresAt);

/// <summary>An invitation that was made or made anew.</summary>
/// <param name="Id">Names the invitation.</param>
/// <param name="Token">What its link ends with, shown this once and kept nowhere; null when the link was mailed.</param>
public sealed record MadeInvitation(Guid Id, string? Token)
{
    /// <inheritdoc/>
    public override string ToString() => $"{nameof(MadeInvitation)} {{ Id = {Id} }}";   // never the token
}
