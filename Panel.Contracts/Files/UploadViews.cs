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
