namespace Panel.Tests.Games.Players;

/// <summary>Somebody who plays by a script, over the game's own protocol: comes, speaks, goes when disposed of.</summary>
interface IScriptedPlayer : IAsyncDisposable
{
    /// <summary>Says something to all.</summary>
    Task ChatAsync(string text);

    /// <summary>Waits until it hears something, said by whomever.</summary>
    Task HearAsync(string text);
}
