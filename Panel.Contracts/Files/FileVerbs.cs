namespace Panel.Contracts.Files;

/// <summary>What a file's bytes add up to, each in lower-case hexadecimal.</summary>
/// <param name="Bytes">How many there are.</param>
/// <param name="Sha256">By SHA-256.</param>
/// <param name="Sha1">By SHA-1, as some pages still tell it; it proves nothing.</param>
/// <param name="Md5">By MD5, as some pages still tell it; it proves nothing.</param>
public sealed record FileChecksums(long Bytes, string Sha256, string Sha1, string Md5);

/// <summary>Asks for other permission bits.</summary>
public sealed record ChangeModeRequest
{
    /// <summary>The folder that the files are in, from the volume's root.</summary>
    public string Folder { get; init; } = "/";

    /// <summary>The names of files and folders in it.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The bits in octal, such as <c>0644</c>: reading, writing and running, for the owner, the group and others.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Whether all that a folder holds gets them too; folders can then be entered by whoever may read them.</summary>
    public bool Deep { get; init; }
}

/// <summary>Asks for files below a folder.</summary>
public sealed record FileSearchRequest
{
    /// <summary>The folder, from the volume's root.</summary>
    public string Folder { get; init; } = "/";

    /// <summary>What is looked for. In names <c>*</c> and <c>?</c> stand for others; without them a part of the name is enough.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether it is looked for in what files hold, and not in their names.</summary>
    public bool Contents { get; init; }

    /// <summary>Whether large letters are told from small ones.</summary>
    public bool MatchCase { get; init; }

    /// <summary>Whether it is a regular expression, of the extended kind of POSIX; of contents only.</summary>
    public bool Regex { get; init; }
}

/// <summary>Something that was found.</summary>
/// <param name="Path">Where it is, from the volume's root.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Line">The line in the file, counted from 1; null where names were looked for.</param>
/// <param name="Text">A part of that line.</param>
public sealed record FileMatch(string Path, FileKind Kind, int? Line, string? Text)
{
    /// <summary>How many are told at most.</summary>
    public const int Most = 1000;
}

/// <summary>Asks for a file from the open network.</summary>
public sealed record PullRequest
{
    /// <summary>Where it is: an address of http or https, without a password.</summary>
    public string Address { get; init; } = "";

    /// <summary>The folder it goes to, from the volume's root.</summary>
    public string Folder { get; init; } = "/";

    /// <summary>What it is to be called; what its sender says when empty.</summary>
    public string? Name { get; init; }

    /// <summary>Whether a file that is there already is replaced.</summary>
    public bool Replace { get; init; }
}
