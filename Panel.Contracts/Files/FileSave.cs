namespace Panel.Contracts.Files;

/// <summary>What a file held before the editor saved over it.</summary>
/// <param name="Id">What the file's history calls it.</param>
/// <param name="At">When it was saved over, in UTC.</param>
/// <param name="Bytes">Its size in bytes.</param>
public sealed record FileSave(string Id, DateTimeOffset At, long Bytes);
