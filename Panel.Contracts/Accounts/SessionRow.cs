namespace Panel.Contracts.Accounts;

/// <summary>One place where a person is signed in.</summary>
/// <param name="Id">Names the session.</param>
/// <param name="IsProgram">Whether it is a program's, such as the command line; otherwise a browser's.</param>
/// <param name="Agent">What the browser or program calls itself.</param>
/// <param name="Address">The IP address it was last used from, or null.</param>
/// <param name="CreatedAt">When the person signed in, in UTC.</param>
/// <param name="SeenAt">When it was last used, in UTC, to the minute.</param>
/// <param name="IsCurrent">Whether it is the one that asks.</param>
/// <param name="IsImpersonated">Whether an administrator acts in the person's name in it.</param>
public sealed record SessionRow(Guid Id, bool IsProgram, string Agent, string? Address, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, bool IsCurrent, bool IsImpersonated);
