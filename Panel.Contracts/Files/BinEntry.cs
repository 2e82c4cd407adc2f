namespace Panel.Contracts.Files;

/// <summary>Something that was deleted and can still be had back.</summary>
/// <param name="Id">What the bin calls it.</param>
/// <param name="Path">Where it was, from the volume's root.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">Its size in bytes; 0 for what is no file.</param>
/// <param name="DeletedAt">When it was deleted, in UTC.</param>
public sealed record BinEntry(string Id, string Path, FileKind Kind, long Bytes, DateTimeOffset DeletedAt)
{
    /// <summary>How many days it is kept.</summary>
    public const int Days = 7;
}
