using System.Text.Json.Serialization;

namespace Panel.Contracts.Files;

/// <summary>What a job on files does.</summary>
[JsonConverter(typeof(WordConverter<FileJobKind>))]
public enum FileJobKind
{
    /// <summary>Makes an archive.</summary>
    Archive,
    /// <summary>Unpacks an archive.</summary>
    Extract,
    /// <summary>Fetches a file from an address.</summary>
    Pull,
}

/// <summary>How a job on files stands.</summary>
[JsonConverter(typeof(WordConverter<FileJobState>))]
public enum FileJobState
{
    /// <summary>Others are before it.</summary>
    Waiting,
    /// <summary>It is at work.</summary>
    Running,
    /// <summary>It wants to know what becomes of what exists already.</summary>
    Asking,
    /// <summary>It is done.</summary>
    Done,
    /// <summary>It failed, and left nothing.</summary>
    Failed,
    /// <summary>Somebody ended it, and it left nothing.</summary>
    Cancelled,
}

/// <summary>What becomes of files that are there already.</summary>
[JsonConverter(typeof(WordConverter<WhenExists>))]
public enum WhenExists
{
    /// <summary>The job asks.</summary>
    Ask,
    /// <summary>They are replaced.</summary>
    Replace,
    /// <summary>They stay.</summary>
    Keep,
}

/// <summary>A job on the files of a server.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Subject">What it makes, unpacks or fetches, in words.</param>
/// <param name="Place">Where the result is, from the volume's root: a file, or the folder that was filled.</param>
/// <param name="State">How it stands.</param>
/// <param name="Done">How many bytes of its work are done.</param>
/// <param name="Total">How many there are; null while that is not known.</param>
/// <param name="Text">What came of it, or why it failed.</param>
/// <param name="Existing">The first of what exists already, from the folder, while it asks.</param>
/// <param name="ExistingCount">How many of them there are.</param>
/// <param name="StartedBy">The name of who started it.</param>
/// <param name="StartedAt">When, in UTC.</param>
public sealed record FileJob(
    Guid Id, FileJobKind Kind, string Subject, string Place, FileJobState State, long Done, long? Total, string? Text,
    IReadOnlyList<string> Existing, int ExistingCount, string StartedBy, DateTimeOffset StartedAt)
{
    /// <summary>How many names of what exists already are told.</summary>
    public const int MaxExisting = 50;

    /// <summary>How large the file is that it made; null for none, and while it is not made yet.</summary>
    public long? Bytes { get; init; }

    /// <summary>Whether it is over.</summary>
    public bool Ended => State is FileJobState.Done or FileJobState.Failed or FileJobState.Cancelled;
}

/// <summary>Asks for an archive.</summary>
public sealed record ArchiveRequest
{
    /// <summary>The folder that the files are in, from the volume's root.</summary>
    public string Folder { get; init; } = "/";

    /// <summary>The names of files and folders in it.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The archive, from the volume's root. Its end says its kind: <c>.zip</c>, <c>.tar.gz</c>, <c>.tgz</c> or <c>.tar.zst</c>.</summary>
    public string Target { get; init; } = "";
}

/// <summary>Asks to unpack an archive.</summary>
public sealed record ExtractRequest
{
    /// <summary>The archive, from the volume's root.</summary>
    public string Path { get; init; } = "";

    /// <summary>The folder it is unpacked into, from the volume's root.</summary>
    public string Folder { get; init; } = "/";

    /// <summary>What becomes of files that are there already.</summary>
    public WhenExists Existing { get; init; }
}

/// <summary>Answers a job that asks.</summary>
public sealed record WhenExistsRequest
{
    /// <summary>What becomes of files that are there already.</summary>
    public WhenExists Existing { get; init; }
}
