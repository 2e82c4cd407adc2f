using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>
/// A place inside a server's volume: absolute from the volume's root, with no <c>.</c>, <c>..</c>, empty part or NUL, so that it cannot
/// name anything outside. That no link on the way leads out is for <see cref="IServerFiles"/> to see to.
/// </summary>
public readonly record struct ServerPath
{
    /// <summary>The folder at the volume's root in which the panel keeps what was deleted or saved over.</summary>
    public const string Own = ".panel";

    const int MaxLength = 4096, MaxName = 255;

    readonly string? value;

    ServerPath(string value) => this.value = value;

    /// <summary>The volume's root.</summary>
    public static ServerPath Root => default;

    /// <summary>The path, beginning with a slash; the root is <c>/</c>.</summary>
    public string Value => value ?? "/";

    /// <summary>The last part; empty for the root.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>Whether this is the volume's root.</summary>
    public bool IsRoot => value is null;

    /// <summary>The directory it lies in; the root lies in itself.</summary>
    public ServerPath Parent => Value.LastIndexOf('/') is > 0 and var cut ? new(Value[..cut]) : Root;

    /// <summary>Its parts, from the root down.</summary>
    public string[] Parts => IsRoot ? [] : Value[1..].Split('/');

    /// <summary>Reads what a person or a program sent; a missing leading slash is added, a trailing one dropped.</summary>
    /// <param name="text">The path.</param>
    /// <param name="field">The field to name in the refusal.</param>
    /// <exception cref="InvalidFieldException">It is too long, or has a part that no file may have.</exception>
    public static ServerPath Parse(string? text, string field = "path")
    {
        var parts = (text ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0) return Root;
        if (parts.Select(Fault).FirstOrDefault(fault => fault is not null) is { } rule) throw new InvalidFieldException(field, rule);
        // each name has one text, however its bytes were written
        var joined = "/" + string.Join('/', parts);
        if (FileNames.IsOdd(joined)) joined = FileNames.Text(FileNames.Bytes(joined));
        return Bytes(joined) <= MaxLength ? new(joined) : throw new InvalidFieldException(field, "A path has at most 4,096 bytes.");
    }

    /// <summary>A child of this directory.</summary>
    /// <exception cref="InvalidFieldException">The name is empty, too long, or has a slash.</exception>
    public ServerPath Child(string name, string field = "name")
    {
        if (name.Contains('/', StringComparison.Ordinal)) throw new InvalidFieldException(field, "A name has no slash.");
        if (Fault(name) is { } rule) throw new InvalidFieldException(field, rule);
        return Parse($"{Value}/{name}", field);
    }

    /// <summary>Refuses the volume's root, where only something in it is meant, and what the panel keeps in it.</summary>
    /// <exception cref="InvalidFieldException">It is the root, or the panel's own.</exception>
    public ServerPath RequireNamed(string field) =>
        IsRoot ? throw new InvalidFieldException(field, "Give it a name.")
        : Parts[0] == Own ? throw new InvalidFieldException(field, $"{Own} is where the panel keeps deleted files and earlier versions.")
        : this;

    static string? Fault(string part) => part switch
    {
        "" => "Give it a name.",
        "." or ".." => "A path has no . or .. in it.",
        _ when part.Contains('\0', StringComparison.Ordinal) => "A path has no NUL in it.",
        _ when Bytes(part) > MaxName => "A name has at most 255 bytes.",
        _ => null,
    };

    static int Bytes(string text) => FileNames.Length(text);

    /// <summary>The path as people can see it; <see cref="Value"/> is what names it.</summary>
    public override string ToString() => FileNames.Shown(Value);
}
