using System.Text.Json.Serialization;

namespace Panel.Contracts.Accounts;

/// <summary>By what somebody is signed in.</summary>
[JsonConverter(typeof(WordConverter<SignedInBy>))]
public enum SignedInBy
{
    /// <summary>A session of a browser, or of a program that got a token.</summary>
    Session,
    /// <summary>A key for programs.</summary>
    Key,
}

/// <summary>Who one is to the panel.</summary>
/// <param name="Id">The account.</param>
/// <param name="Email">Its mail address.</param>
/// <param name="Permissions">What it may in the whole panel, in order.</param>
/// <param name="Scopes">What the key is limited to, in order; null for no such limit.</param>
/// <param name="By">By what it is signed in.</param>
public sealed record MeView(string Id, string Email, IReadOnlyList<string> Permissions, IReadOnlyList<string>? Scopes, SignedInBy By);
