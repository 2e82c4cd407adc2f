namespace Panel.Contracts.Files;

/// <summary>An upload that may take more than one request.</summary>
/// <param name="Path">Where the file is to go, from the volume's root.</param>
/// <param name="Bytes">How many bytes it has.</param>
/// <param name="Replace">Whether it may go over a file that is there; nothing is replaced otherwise.</param>
/// <param name="Sha256">The hash that the whole must have, in hexadecimal digits; null for no check.</param>
/// <param name="Metadata">What the sender said of it and wants to be told again; null for nothing.</param>
public sealed record UploadRequest(string Path, long Bytes, bool Replace, string? Sha256, string? Metadata);

/// <summary>How an upload stands.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Request">What it is to be.</param>
/// <param name="Offset">How many of its bytes have come.</param>
/// <param name="Done">Whether the file is in its place.</param>
/// <param name="ExpiresAt">When it goes, in UTC, unless more comes.</param>
public sealed record UploadView(string Id, UploadRequest Request, long Offset, bool Done, DateTimeOffset ExpiresAt);

/// <summary>An upload of which not all has come.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Path">Where the file is to go, from the volume's root.</param>
/// <param name="Bytes">How many bytes it is to have.</param>
/// <param name="Offset">How many of them have come.</param>
/// <param name="At">When something last came, in UTC.</param>
/// <param name="ExpiresAt">When it goes, in UTC, unless more comes.</param>
/// <param name="By">The name of who began it; null when that account is gone.</param>
/// <param name="Mine">Whether the person who asks began it, and can go on with it.</param>
/// <param name="Replace">Whether it may go over a file that is there.</param>
public sealed record UnfinishedUpload(string Id, string Path, long Bytes, long Offset, DateTimeOffset At, DateTimeOffset ExpiresAt, string? By, bool Mine, bool Replace);
