namespace Panel.Core.Templates;

/// <summary>What helps against a trouble that the console shows.</summary>
public enum FeatureRemedy
{
    /// <summary>Words alone.</summary>
    Advice,
    /// <summary>A file is written, and the server started again.</summary>
    WriteFile,
    /// <summary>Another of the template's images is chosen.</summary>
    ChooseImage,
    /// <summary>A variable is filled in.</summary>
    FillVariable,
}

/// <summary>A trouble of many games, known by the lines it leaves on the console.</summary>
/// <param name="Key">Names it, as eggs do.</param>
/// <param name="Lines">Pieces of lines that tell of it, in small letters.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Text">What it means and what to do.</param>
/// <param name="Remedy">What helps.</param>
/// <param name="Target">The file that is written or the variable that is filled in; null for others.</param>
/// <param name="Content">What is written; null for others.</param>
public sealed record ConsoleFeature(string Key, IReadOnlyList<string> Lines, string Title, string Text, FeatureRemedy Remedy, string? Target = null, string? Content = null);

/// <summary>The troubles that templates may name.</summary>
public static class ConsoleFeatures
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ConsoleFeature> All { get; } =
    [
        new("eula", ["you need to agree to the eula in order to run the server"], "The game wants its terms accepted",
            "It does not start before its end user licence agreement is accepted. Read it before you do: the game's line on the console says where it is.", FeatureRemedy.WriteFile, "eula.txt", "eula=true\n"),
        new("java_version",
            ["unsupported class file major version", "unsupportedclassversionerror", "requires running the server with java"],
            "Another version of Java is needed", "The program was made for another version of Java than this image has. Choose an image with the one it names.", FeatureRemedy.ChooseImage),
        new("pid_limit", ["pthread_create failed", "unable to create native thread", "cannot create children", "failed to create thread", "out of memory: unable to create"],
            "Too many processes or threads", "The server may not start more processes or threads, or has no memory left for them. Fewer plugins, or a larger plan, help; an administrator can raise the limit.", FeatureRemedy.Advice),
        new("steam_disk_space", ["steamcmd needs 250mb of free disk space to update", "0x202 after update job"],
            "Not enough disk for the update", "Steam needs more free space than the server's volume has. Remove what is not needed, or move the server to a plan with more disk.", FeatureRemedy.Advice),
        new("gsl_token", ["gslt token is not set", "no gslt token", "server will not be listed", "logged into anonymous listen server account"],
            "A game server login token is missing", "Without one the server is not listed, or turns players away. Make one at https://steamcommunity.com/dev/managegameservers and fill it in.", FeatureRemedy.FillVariable, "STEAM_ACC"),
    ];

    /// <summary>Whether there is one of that name.</summary>
    public static bool Knows(string key) => All.Any(feature => feature.Key == key);
}
