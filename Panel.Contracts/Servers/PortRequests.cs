using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Servers;

/// <summary>A port that a server's people take beside those of its game.</summary>
public sealed record AddPortRequest
{
    /// <summary><c>TCP</c>, <c>UDP</c>, or <c>TCP+UDP</c> for both.</summary>
    [Required(ErrorMessage = "TCP, UDP or TCP+UDP."), RegularExpression(@"^(TCP|UDP|TCP\+UDP)$", ErrorMessage = "TCP, UDP or TCP+UDP.")]
    public string Protocol { get; set; } = "TCP+UDP";

    /// <summary>What it is for.</summary>
    [StringLength(200, ErrorMessage = "A note has at most 200 characters."), NoControlCharacters]
    public string Note { get; set; } = "";
}

/// <summary>What a port is for.</summary>
public sealed record ChangePortRequest
{
    /// <summary>In words.</summary>
    [StringLength(200, ErrorMessage = "A note has at most 200 characters."), NoControlCharacters]
    public string Note { get; set; } = "";
}

/// <summary>A port of a server.</summary>
/// <param name="Number">The port.</param>
/// <param name="Name">Its name in the game's template, such as "game"; for one that people took, a name that the panel gave it.</param>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c> or <c>TCP+UDP</c>.</param>
/// <param name="Address">What is typed to reach it; null where only the panel does.</param>
/// <param name="Note">What its people say of it.</param>
/// <param name="Primary">Whether it is the one that players are told.</param>
/// <param name="Extra">Whether its people took it beside those of the game, so that they may give it back.</param>
public sealed record PortView(int Number, string Name, string Protocol, string? Address, string Note, bool Primary, bool Extra);
