using System.Globalization;

namespace Panel.LocalCluster.Kubelet.Sandbox;

/// <summary>Builds bubblewrap's options: nothing of the machine is seen but what stands here.</summary>
static class SandboxArguments
{
    public static IReadOnlyList<string> Build(LaunchSpec spec, HostLayout host, string runDirectory)
    {
        List<string> options =
        [
            "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent",
            // the program is process 1, as in a container: hooks write to /proc/1/fd/0 and signal process 1
            "--as-pid-1", "--cap-drop", "ALL",
            "--uid", Text(spec.User), "--gid", Text(spec.Group), "--hostname", spec.Hostname,
            "--proc", "/proc", "--dev", "/dev", "--bind", $"{runDirectory}/tmp", "/tmp", "--dir", "/var/tmp", "--dir", "/run",
        ];
        // the kernel lets user 0 of the machine write its settings whatever the sandbox is: a panel that runs as root must not lend that
        foreach (var path in KernelSettings) options.AddRange(["--ro-bind-try", path, path]);
        foreach (var (link, target) in host.Links) options.AddRange(["--symlink", target, link]);
        foreach (var path in host.Paths) options.AddRange(["--ro-bind-try", path, path]);
        foreach (var file in EtcFiles) options.AddRange(["--ro-bind", $"{runDirectory}/etc/{file}", $"/etc/{file}"]);
        foreach (var path in spec.ReadOnlyPaths.Where(path => !IsCovered(path, host))) options.AddRange(["--ro-bind-try", path, path]);
        // what lies in something shown is covered: a directory by an empty one, a file by a device that cannot be opened
        var hidden = host.Private.Where(path => IsCovered(path, host) || spec.ReadOnlyPaths.Any(shown => path != shown && IsWithin(path, shown))).ToLookup(Directory.Exists);
        foreach (var path in hidden[true]) options.AddRange(["--tmpfs", path]);
        foreach (var path in hidden[false]) options.AddRange(["--ro-bind", "/dev/null", path]);
        // outer mounts first: a mount hides what was mounted below it before
        foreach (var mount in spec.Mounts.OrderBy(mount => mount.Path.Count(c => c == '/'))) options.AddRange([mount.ReadOnly ? "--ro-bind" : "--bind", mount.HostPath, mount.Path]);
        var directory = spec.WorkingDirectory ?? "/";
        if (directory != "/" && !IsCovered(directory, host) && !spec.Mounts.Any(mount => IsWithin(directory, mount.Path))) options.AddRange(["--dir", directory]);
        foreach (var path in hidden[true]) options.AddRange(["--remount-ro", path]);
        options.AddRange(["--remount-ro", "/", "--chdir", directory, "--clearenv"]);
        foreach (var (name, value) in spec.Environment) options.AddRange(["--setenv", name, value]);
        return options;
    }

    static readonly string[] KernelSettings = ["/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/acpi", "/proc/scsi"];

    static readonly string[] EtcFiles = ["passwd", "group", "hosts", "hostname", "nsswitch.conf"];

    /// <summary>The files of /etc that are made for the container instead of shown.</summary>
    public static IEnumerable<(string Name, string Text)> MakeEtc(LaunchSpec spec)
    {
        var home = spec.Environment.GetValueOrDefault("HOME", "/");
        yield return ("passwd", $"root:x:0:0:root:/root:/bin/sh\n{(spec.User == 0 ? "" : $"container:x:{spec.User}:{spec.Group}:container:{home}:/bin/sh\n")}nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n");
        yield return ("group", $"root:x:0:\n{(spec.Group == 0 ? "" : $"container:x:{spec.Group}:\n")}nogroup:x:65534:\n");
        yield return ("hosts", $"127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n127.0.0.1\t{spec.Hostname}\n");
        yield return ("hostname", spec.Hostname + "\n");
        yield return ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n");
    }

    static bool IsCovered(string path, HostLayout host) => host.Paths.Any(root => IsWithin(path, root)) || host.Links.Keys.Any(link => IsWithin(path, link));

    static bool IsWithin(string path, string root) => path == root || path.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
