namespace Panel.Core.Files.Protection;

/// <summary>The ways to the files of all servers, which know neither people nor what they may do: <see cref="OpenVolume"/> alone uses them for people.</summary>
public sealed class VolumePorts(IServerFiles files, IServerArchives archives, IServerTools tools, IUploadParts uploads)
{
    /// <summary>Files and folders.</summary>
    internal IServerFiles Files { get; } = files;

    /// <summary>Streams of many files at once.</summary>
    internal IServerArchives Archives { get; } = archives;

    /// <summary>Permission bits, searches, and what a folder holds.</summary>
    internal IServerTools Tools { get; } = tools;

    /// <summary>Uploads in parts.</summary>
    internal IUploadParts Uploads { get; } = uploads;
}
