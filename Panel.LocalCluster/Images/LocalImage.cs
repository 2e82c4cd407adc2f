namespace Panel.LocalCluster.Images;

/// <summary>A recipe made concrete: what a container of the image runs on this machine.</summary>
public sealed record LocalImage(
    string Name,
    IReadOnlyList<string> Entrypoint,
    IReadOnlyList<string> Args,
    IReadOnlyDictionary<string, string> Env,
    IReadOnlyList<string> Binds,
    string? WorkingDir,
    IReadOnlyDictionary<string, string> StandIns);

/// <summary>An image that this machine cannot run; the message says what to do about it.</summary>
public sealed class ImageException(string message) : Exception(message);
