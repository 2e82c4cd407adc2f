using Panel.Contracts.Servers;
using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>
/// What a server's files may take. A cluster whose volumes are directories measures and does not enforce, so the panel itself adds nothing to a
/// full volume and starts no program on one that is over its limit. A running program is not ended for it: that could cost its world.
/// </summary>
internal static class ServerDisk
{
    const long MiB = 1024 * 1024;

    /// <summary>Whether the files take more than the plan allows; false while that is not known.</summary>
    public static bool IsOver(Server server, ServerUsage? usage) => usage?.DiskMiB > server.DiskMiB;

    /// <summary>Why a server that is over its limit should be looked after, or null.</summary>
    public static string? Problem(Server server, ServerUsage? usage) => IsOver(server, usage)
        ? $"Its files take {usage!.DiskMiB} MiB and its plan has {server.DiskMiB} MiB. Until files are deleted or the plan is larger, nothing can be saved or uploaded and it does not start again."
        : null;

    /// <summary>How many bytes there is room for; the whole disk while it is not known what is used.</summary>
    public static long Room(Server server, ServerUsage? usage) => Math.Max(0, server.DiskMiB - (usage?.DiskMiB ?? 0)) * MiB;

    /// <summary>Refuses to add bytes to a volume that has no room for them.</summary>
    /// <exception cref="ConflictException">It is full, or would be.</exception>
    public static void RequireRoom(Server server, ServerUsage? usage, long bytes)
    {
        if (usage?.DiskMiB is not { } used) return;
        if (used >= server.DiskMiB) throw new ConflictException($"The server's disk is full: {used} of {server.DiskMiB} MiB are used. Delete files or choose a larger plan.");
        if (used * MiB + bytes > server.DiskMiB * MiB)
            throw new ConflictException($"That does not fit: the server's disk has {server.DiskMiB - used} MiB left. Delete files or choose a larger plan.");
    }

    /// <summary>Refuses to start a program whose files take more than its plan allows.</summary>
    /// <exception cref="ConflictException">They do.</exception>
    public static void RequireStartable(Server server, ServerUsage? usage)
    {
        if (IsOver(server, usage)) throw new ConflictException($"The server's files take {usage!.DiskMiB} MiB and its plan has {server.DiskMiB} MiB. Delete files or choose a larger plan, then start it.");
    }
}
