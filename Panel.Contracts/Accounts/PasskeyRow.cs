namespace Panel.Contracts.Accounts;

/// <summary>One passkey.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">What its person calls it.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
public sealed record PasskeyRow(string Id, string Name, DateTimeOffset CreatedAt);
