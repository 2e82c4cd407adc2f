using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;

namespace Panel.Tests.Support;

/// <summary>
/// A second cluster, in memory, that behaves as a cluster does: what is applied stays, one pod runs where one is wanted, a pod that ends is
/// made again, and each change is told to the watch. It can fail, or kill its caller, at any call.
/// </summary>
public sealed partial class MemoryCluster(IServiceProvider services) : IServerCluster, IServerFiles, IConsoleSource, IServerRecords, IClusterMachines
{
    readonly Lock gate = new();
    readonly Dictionary<string, Node> nodes = [];
    int calls;

    /// <summary>Which call fails, counted from 1; 0 for none.</summary>
    public int FailAt { get; set; }
    /// <summary>Whether that call has its effect before it fails.</summary>
    public bool FailAfterEffect { get; set; }
    /// <summary>How many calls there were.</summary>
    public int Calls => calls;
    /// <summary>Whether scripts may be root.</summary>
    public bool ScriptsMayBeRoot { get; set; }
    /// <summary>Whether it answers at all.</summary>
    public bool Down { get; set; }
    /// <summary>Pods do not end while they have time to save.</summary>
    public bool Stubborn { get; set; }
    /// <summary>How installs end; null while they run.</summary>
    public InstallState? InstallEnds { get; set; } = InstallState.Succeeded;
    /// <summary>Lines typed into consoles.</summary>
    public List<string> Typed { get; } = [];
    /// <summary>Installs that ran, as name and attempt.</summary>
    public List<(string Name, int Attempt, bool Wiped)> Installs { get; } = [];
    /// <summary>How many pods were ever made.</summary>
    public int Pods { get; private set; }

    /// <summary>All that a server has.</summary>
    public sealed class Node
    {
        public ServerSpec? Spec { get; set; }
        public int Replicas { get; set; }
        public PodSeen? Pod { get; set; }
        public InstallSeen? Install { get; set; }
        public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);
        public Dictionary<KeptId, (ServerPath Path, byte[] Content)> Bin { get; } = [];
        public Dictionary<KeptId, (ServerPath Path, byte[] Content)> Kept { get; } = [];
    }

    Task<ClusterMachines> IClusterMachines.ReadAsync(CancellationToken cancellation) =>
        Task.FromResult(new ClusterMachines("v1.34.0", [new("memory-0", true, 8000, 16384, 102400, "v1.34.0", "in memory", "amd64")], null));

    /// <summary>What there is of a server.</summary>
    public Node? Find(string name)
    {
        lock (gate) return nodes.GetValueOrDefault(name);
    }

    /// <summary>Puts something there that no row speaks of.</summary>
    public void Plant(string name)
    {
        lock (gate) nodes[name] = new();
    }

    /// <summary>Has from here on what another one has, as when a panel with a new database finds an old cluster.</summary>
    public void TakeOver(MemoryCluster other)
    {
        lock (gate)
        {
            foreach (var (name, node) in other.nodes) nodes[name] = node;
        }
    }

    public async Task<IReadOnlyList<FoundServer>> ReadAsync(CancellationToken cancellation)
    {
        IReadOnlyList<FoundServer> found = [];
        await Do(() => found = [.. nodes.Values.Where(node => node.Spec is not null).OrderBy(node => node.Spec!.ObjectName, StringComparer.Ordinal).Select(node => new FoundServer
        {
            Id = node.Spec!.Id,
            ObjectName = node.Spec.ObjectName,
            Name = node.Spec.DisplayName,
            OwnerId = node.Spec.OwnerId,
            Template = node.Spec.Template,
            Record = node.Spec.Record,
            Secrets = node.Spec.SecretEnvironment,
            Running = node.Replicas > 0,
            Starts = node.Spec.Starts,
        })]);
        return found;
    }

    /// <summary>Changes what a pod shows.</summary>
    public void Change(string name, Func<PodSeen, PodSeen?> change)
    {
        lock (gate)
        {
            var node = nodes[name];
            node.Pod = change(node.Pod!);
            Settle(node);
        }
    }

    /// <summary>Tells the watch all there is again, as after a restart of the panel.</summary>
    public void PublishAll()
    {
        lock (gate)
        {
            foreach (var node in nodes.Values.Where(node => node.Spec is not null)) Settle(node);
        }
    }

    public Task ApplyAsync(ServerSpec spec, CancellationToken cancellation) => Do(() => Settle(Make(spec)));

    public Task ScaleAsync(string objectName, int replicas, CancellationToken cancellation) => Do(() =>
    {
        var node = Existing(objectName);
        node.Replicas = replicas;
        Settle(node);
    });

    public Task EndPodAsync(string objectName, string podUid, bool now, CancellationToken cancellation) => Do(() =>
    {
        var node = Existing(objectName);
        if (node.Pod is not { } pod || pod.Uid != podUid) return;
        node.Pod = Stubborn && !now ? pod with { Deleting = true } : null;
        Settle(node);
    });

    public Task InstallAsync(ServerSpec spec, CancellationToken cancellation) => Do(() =>
    {
        var node = Make(spec);
        var install = spec.Install!;
        if (node.Install?.Attempt == install.Attempt) return;
        if (install.WipeFiles) node.Files.Clear();
        Installs.Add((spec.ObjectName, install.Attempt, install.WipeFiles));
        node.Install = new(install.Attempt, InstallEnds ?? InstallState.Running, InstallEnds == InstallState.Failed ? "It ended with code 1." : null);
        Settle(node);
    });

    public async Task<bool> DeleteAsync(string objectName, CancellationToken cancellation)
    {
        var gone = true;
        await Do(() =>
        {
            if (!nodes.TryGetValue(objectName, out var node)) return;
            if (Stubborn && node.Pod is { Deleting: false } pod)
            {
                node.Pod = pod with { Deleting = true };
                gone = false;
            }
            else
            {
                nodes.Remove(objectName);
                if (node.Spec is { } spec) Observed.Publish(spec.Id, null);
            }
        });
        return gone;
    }

    public async Task<IReadOnlyCollection<string>> ListAsync(CancellationToken cancellation)
    {
        IReadOnlyCollection<string> names = [];
        await Do(() => names = [.. nodes.Keys]);
        return names;
    }

    ObservedServers Observed => services.GetRequiredService<ObservedServers>();

    Node Make(ServerSpec spec)
    {
        if (!nodes.TryGetValue(spec.ObjectName, out var node)) nodes[spec.ObjectName] = node = new();
        node.Spec = spec;
        return node;
    }

    Node Existing(string name) => nodes.GetValueOrDefault(name) ?? throw new ClusterUnavailableException($"There is no {name}.");

    /// <summary>The controller: brings the pod along, and tells the watch.</summary>
    void Settle(Node node)
    {
        if (node.Replicas == 0 && node.Pod is { } pod) node.Pod = Stubborn ? pod with { Deleting = true } : null;
        if (node is { Replicas: > 0, Pod: null })
        {
            Pods++;
            node.Pod = new() { Uid = $"pod-{Pods}", Starts = node.Spec!.Starts, TemplateHash = Hash(node.Spec), Running = true, Ready = true, Placed = true, CreatedAt = TimeProvider.System.GetUtcNow(), StartedAt = TimeProvider.System.GetUtcNow() };
        }
        Observed.Publish(node.Spec!.Id, new() { Exists = true, Replicas = node.Replicas, TemplateHash = Hash(node.Spec), Pod = node.Pod, Install = node.Install, VolumeMiB = node.Spec.DiskMiB });
    }

    static string Hash(ServerSpec spec) => string.Join('|', spec.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}").Append($"{spec.Image} {spec.MemoryMiB}"));

    Task Do(Action effect)
    {
        lock (gate)
        {
            calls++;
            if (Down) throw new ClusterUnavailableException("The cluster does not answer.");
            if (calls == FailAt && !FailAfterEffect) throw new ClusterUnavailableException("The cluster refused.");
            effect();
            return calls == FailAt ? Task.FromException(new ClusterUnavailableException("The answer was lost.")) : Task.CompletedTask;
        }
    }

    public async Task<FileListing> ListAsync(string objectName, ServerPath folder, CancellationToken cancellation)
    {
        IReadOnlyList<FileEntry> entries = [];
        await Do(() => entries = [.. Existing(objectName).Files.Select(file => new FileEntry(file.Key.Trim('/'), FileKind.File, file.Value.Length, DateTimeOffset.UnixEpoch, 0b110_100_100))]);
        return new(folder.Value, entries, Truncated: false);
    }

    public async Task<FileContent> ReadAsync(string objectName, ServerPath file, long maxBytes, CancellationToken cancellation)
    {
        byte[]? content = null;
        await Do(() => content = Existing(objectName).Files.GetValueOrDefault(file.Value));
        if (content is null) throw new NotFoundException("File");
        return content.Length <= maxBytes ? new(file.Value, content, Version(content)) : throw new ConflictException("The file is too large.");
    }

    public async Task DownloadAsync(string objectName, ServerPath file, Action<long> begin, Stream destination, CancellationToken cancellation)
    {
        var content = await ReadAsync(objectName, file, long.MaxValue, cancellation);
        begin(content.Content.Length);
        await destination.WriteAsync(content.Content, cancellation);
    }

    public async Task PackAsync(string objectName, ServerPath folder, IReadOnlyList<string> names, Action begin, Stream destination, CancellationToken cancellation)
    {
        var inside = names.DefaultIfEmpty("").Select(name => folder.IsRoot ? $"/{name}" : $"{folder.Value}/{name}").ToList();
        begin();
        foreach (var (_, content) in Existing(objectName).Files.Where(file => inside.Any(path => file.Key.StartsWith(path, StringComparison.Ordinal)))) await destination.WriteAsync(content, cancellation);
    }

    public async Task<FileVersion> WriteAsync(string objectName, ServerPath file, Stream content, long bytes, FileVersion? expected, KeptId? keep, CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        await content.CopyToAsync(all, cancellation);
        await Do(() =>
        {
            var files = Existing(objectName).Files;
            if (expected == FileVersion.Absent && files.ContainsKey(file.Value)) throw new ConflictException("The file exists already.");
            if (expected is { } version && expected != FileVersion.Absent && (!files.TryGetValue(file.Value, out var old) || Version(old) != version)) throw new ConflictException("The file was changed meanwhile.");
            if (keep is { } save && files.TryGetValue(file.Value, out var before)) Existing(objectName).Kept[save] = (file, before);
            files[file.Value] = all.ToArray();
        });
        return Version(all.ToArray());
    }

    public Task CreateFolderAsync(string objectName, ServerPath folder, CancellationToken cancellation) => Do(() => Existing(objectName));

    public Task MoveAsync(string objectName, ServerPath from, ServerPath to, CancellationToken cancellation) => Do(() =>
    {
        var files = Existing(objectName).Files;
        if (!files.Remove(from.Value, out var content)) throw new NotFoundException("File");
        files.Add(to.Value, content);
    });

    public Task DeleteAsync(string objectName, IReadOnlyList<ServerPath> paths, CancellationToken cancellation) => Do(() =>
    {
        foreach (var path in paths) Existing(objectName).Files.Remove(path.Value);
    });

    public Task CopyAsync(string objectName, ServerPath from, ServerPath to, CancellationToken cancellation) => Do(() =>
    {
        var files = Existing(objectName).Files;
        files.Add(to.Value, files.GetValueOrDefault(from.Value) ?? throw new NotFoundException("File"));
    });

    public async Task<long> MeasureAsync(string objectName, ServerPath path, CancellationToken cancellation)
    {
        List<byte[]> inside = [];
        await Do(() => inside = [.. Existing(objectName).Files.Where(file => file.Key == path.Value || file.Key.StartsWith(path.Value + "/", StringComparison.Ordinal)).Select(file => file.Value)]);
        return inside.Count > 0 ? inside.Sum(content => (long)content.Length) : throw new NotFoundException("File");
    }

    public async Task<IReadOnlyList<FileSave>> SavesAsync(string objectName, ServerPath file, CancellationToken cancellation)
    {
        IReadOnlyList<FileSave> saves = [];
        await Do(() => saves = [.. Existing(objectName).Kept.Where(kept => kept.Value.Path == file).Select(kept => new FileSave(kept.Key.Value, kept.Key.At, kept.Value.Content.Length))]);
        return saves;
    }

    public async Task<FileContent> ReadSaveAsync(string objectName, ServerPath file, KeptId save, long maxBytes, CancellationToken cancellation)
    {
        var content = Array.Empty<byte>();
        await Do(() => content = Existing(objectName).Kept[save].Content);
        return new(file.Value, content, Version(content));
    }

    public Task DiscardAsync(string objectName, IReadOnlyList<(KeptId Id, ServerPath Path)> items, CancellationToken cancellation) => Do(() =>
    {
        foreach (var (id, path) in items)
        {
            if (Existing(objectName).Files.Remove(path.Value, out var content)) Existing(objectName).Bin[id] = (path, content);
        }
    });

    public async Task<IReadOnlyList<BinEntry>> BinAsync(string objectName, CancellationToken cancellation)
    {
        IReadOnlyList<BinEntry> bin = [];
        await Do(() => bin = [.. Existing(objectName).Bin.Select(item => new BinEntry(item.Key.Value, item.Value.Path.Value, FileKind.File, item.Value.Content.Length, item.Key.At))]);
        return bin;
    }

    public async Task<ServerPath> RestoreAsync(string objectName, KeptId id, CancellationToken cancellation)
    {
        var path = ServerPath.Root;
        await Do(() =>
        {
            var node = Existing(objectName);
            if (!node.Bin.Remove(id, out var item)) throw new NotFoundException("What was deleted");
            path = item.Path;
            node.Files.Add(path.Value, item.Content);
        });
        return path;
    }

    public Task PurgeAsync(string objectName, IReadOnlyList<KeptId> ids, CancellationToken cancellation) => Do(() =>
    {
        foreach (var id in ids) Existing(objectName).Bin.Remove(id);
    });

    static FileVersion Version(byte[] content) => new(Convert.ToHexString(SHA256.HashData(content)));

    public async IAsyncEnumerable<IReadOnlyList<SourceLine>> FollowAsync(string objectName, DateTimeOffset? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        yield break;
    }

    public IAsyncEnumerable<IReadOnlyList<SourceLine>> ReadPreviousAsync(string objectName, CancellationToken cancellation) => AsyncEnumerable.Empty<IReadOnlyList<SourceLine>>();

    public IAsyncEnumerable<IReadOnlyList<SourceLine>> FollowInstallAsync(string objectName, int attempt, CancellationToken cancellation) => FollowAsync(objectName, null, cancellation);

    public Task WriteLineAsync(string objectName, string line, CancellationToken cancellation) => Do(() => Typed.Add(line));
}
