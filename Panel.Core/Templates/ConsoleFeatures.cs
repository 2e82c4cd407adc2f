using System.Text.RegularExpressions;
namespace Panel.Core.Templates;

/// <summary>What helps against a trouble that the console shows.</summary>
public enum FeatureRemedy
{
    /// <summary>Words alone.</summary>
    Advice,
    /// <summary>A file is written, or the variable is set by which the image writes it, and the server started again.</summary>
    WriteFile,
    /// <summary>Another of the template's images is chosen, and the server started again with it.</summary>
    ChooseImage,
    /// <summary>A variable is filled in, and the server started again.</summary>
    FillVariable,
    /// <summary>A person signs in at the address that the line tells; the server waits for it.</summary>
    OpenAddress,
}

/// <summary>A trouble of many games, known by the lines it leaves on the console.</summary>
/// <param name="Key">Names it, as eggs do.</param>
/// <param name="Lines">Pieces of lines that tell of it, in upper or lower case.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Text">What it means and what to do.</param>
/// <param name="Remedy">What helps.</param>
public sealed partial record ConsoleFeature(string Key, IReadOnlyList<string> Lines, string Title, string Text, FeatureRemedy Remedy)
{
    /// <summary>Whether a program that is ready has it no more: what players write then is not taken for it.</summary>
    public bool BeforeReady { get; init; }

    /// <summary>The file that is written; null for none.</summary>
    public string? File { get; init; }

    /// <summary>What is written to it.</summary>
    public string Content { get; init; } = "";

    /// <summary>Names that templates give to the variable that is set; the first that there is counts.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>What the variable is set to, where nobody has to fill it in: the first that its rules allow.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>With what the address begins that a person opens; behind it are letters, digits and dashes.</summary>
    public string? Address { get; init; }

    /// <summary>The address that a line tells; null where it tells none.</summary>
    public string? AddressIn(string line)
    {
        if (Address is null || line.IndexOf(Address, StringComparison.OrdinalIgnoreCase) is not (>= 0 and var at) || !OwnWords().IsMatch(line.AsSpan(0, at))) return null;
        var code = line.AsSpan(at + Address.Length);
        var end = code.IndexOfAnyExcept(Letters);
        return Address + (end < 0 ? code : code[..end]).ToString();
    }

    /// <summary>What a program writes before its address: marks of its log, and its own words. A player who writes the same into the chat has a name before it.</summary>
    [GeneratedRegex(@"^([\s|:]|\[[^\]<>]*\]|[0-9][0-9:.,/TZ+-]*|TRACE|DEBUG|INFO|WARN|WARNING|ERROR)*((Or\s+)?Visit\s*:?\s*)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex OwnWords();

    static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
}

/// <summary>The troubles that templates may name.</summary>
public static class ConsoleFeatures
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ConsoleFeature> All { get; } =
    [
        new("eula", ["you need to agree to the eula in order to run the server"], "The game wants its terms accepted",
            "It does not start before its end user licence agreement is accepted. Read it before you do: the file eula.txt says where it is.", FeatureRemedy.WriteFile)
        {
            BeforeReady = true, File = "/eula.txt", Content = "eula=true\n", Variables = ["EULA", "ACCEPT_EULA"], Values = ["TRUE", "true", "1", "yes"],
        },
        new("java_version",
            ["unsupported class file major version", "unsupportedclassversionerror", "unsupported major.minor version", "requires running the server with java", "compiled by a more recent version of the java runtime"],
            "Another version of Java is needed", "The program, or a part of it, was made for another version of Java than this image has. Choose an image with the one it names.", FeatureRemedy.ChooseImage) { BeforeReady = true },
        new("pid_limit", ["pthread_create failed", "unable to create native thread", "cannot create children", "failed to create thread", "out of memory: unable to create"],
            "Too many processes or threads", "The server may not start more processes or threads, or has no memory left for them. Fewer plugins, or a larger plan, help; an administrator can raise the limit of the nodes.", FeatureRemedy.Advice),
        new("steam_disk_space", ["steamcmd needs 250mb of free disk space to update", "0x202 after update job"],
            "Not enough disk for the update", "Steam needs more free space than the server's volume has. Remove what is not needed, or move the server to a plan with more disk; then start it again.", FeatureRemedy.Advice),
        new("gsl_token", ["gslt token is not set", "no gslt token", "server will not be listed", "logged into anonymous listen server account", "(gsl token expired)", "(account not found)"],
            "A game server login token is missing", "Without a valid one the server is not listed, or turns players away. Make one at https://steamcommunity.com/dev/managegameservers and fill it in.", FeatureRemedy.FillVariable)
        {
            Variables = ["STEAM_ACC", "SRCDS_TOKEN", "GSLT", "GSL_TOKEN"],
        },
        new("hytale_oauth", ["https://oauth.accounts.hytale.com/oauth2/device/verify?user_code="],
            "The server waits for a sign-in", "It fetches its files, or lets players in, once somebody has signed in to the game's account with the code that it shows. The code is good for a few minutes.", FeatureRemedy.OpenAddress)
        {
            Address = "https://oauth.accounts.hytale.com/oauth2/device/verify?user_code=",
        },
    ];

    /// <summary>The one of that name; null where there is none.</summary>
    public static ConsoleFeature? Find(string key) => All.FirstOrDefault(feature => feature.Key == key);

    /// <summary>Whether there is one of that name.</summary>
    public static bool Knows(string key) => Find(key) is not null;
}
