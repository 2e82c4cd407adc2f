using Panel.Kube.Wire;
using Panel.LocalCluster.Images;
using Panel.LocalCluster.Kubelet.Processes;
using Panel.LocalCluster.Kubelet.Sandbox;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>Puts together what a container runs from its spec and its image.</summary>
static class ContainerLaunch
{
    /// <param name="pod">The pod.</param>
    /// <param name="container">One of its containers.</param>
    /// <param name="image">Its image on this machine.</param>
    /// <param name="volumes">Directory of each volume.</param>
    /// <param name="variables">What <see cref="PodEnvironment"/> made of the spec.</param>
    /// <param name="mark">Marks its processes.</param>
    /// <exception cref="ConfigException">There is nothing to run, or a mount names no volume.</exception>
    public static LaunchSpec Build(Pod pod, Container container, LocalImage image, IReadOnlyDictionary<string, string> volumes, IReadOnlyDictionary<string, string> variables, string mark)
    {
        var hostname = pod.Spec.Hostname ?? pod.Metadata.Name!;
        if (hostname.Length > 63) hostname = hostname[..63].TrimEnd('-', '.');
        var mounts = (container.VolumeMounts ?? []).Select(mount => Resolve(pod, mount, volumes)).ToList();
        var directory = container.WorkingDir ?? image.WorkingDir;

        var environment = new Dictionary<string, string> { ["PATH"] = MachineFacts.PodPath, ["HOSTNAME"] = hostname };
        foreach (var (name, value) in image.Env) environment[name] = value;
        foreach (var (name, value) in variables) environment[name] = value;
        // a home that can be written: the working directory where it is a volume's, else scratch
        environment.TryAdd("HOME", mounts.Any(mount => !mount.ReadOnly && directory is not null && (directory + "/").StartsWith(mount.Path + "/", StringComparison.Ordinal)) ? directory! : "/tmp");
        environment[Shim.Marker] = mark;

        // a command replaces the image's program and its arguments; args alone replace its arguments
        var program = container.Command is { Count: > 0 } ? container.Command : image.Entrypoint;
        var arguments = container.Args is { Count: > 0 } || container.Command is { Count: > 0 } ? container.Args ?? [] : image.Args;
        List<string> all = [.. program.Concat(arguments).Select(part => PodEnvironment.Expand(part, variables))];
        if (all.Count > 0 && image.StandIns.GetValueOrDefault(all[0]) is { } standIn) all[0] = standIn;
        if (all.Count == 0) throw new ConfigException($"the image {image.Name} names no program and the pod no command");

        return new()
        {
            Program = all,
            Environment = environment,
            Hostname = hostname,
            WorkingDirectory = directory,
            Stdin = container.Stdin == true,
            User = container.SecurityContext?.RunAsUser ?? pod.Spec.SecurityContext?.RunAsUser ?? 1000,
            Group = container.SecurityContext?.RunAsGroup ?? pod.Spec.SecurityContext?.RunAsGroup ?? pod.Spec.SecurityContext?.RunAsUser ?? 1000,
            Mounts = mounts,
            ReadOnlyPaths = image.Binds,
        };
    }

    static Mount Resolve(Pod pod, VolumeMount mount, IReadOnlyDictionary<string, string> volumes)
    {
        var directory = volumes.GetValueOrDefault(mount.Name) ?? throw new ConfigException($"volume \"{mount.Name}\" of a mount is not in the pod");
        var volume = pod.Spec.Volumes!.First(volume => volume.Name == mount.Name);
        var readOnly = mount.ReadOnly == true || volume.PersistentVolumeClaim?.ReadOnly == true || volume.ConfigMap is not null || volume.Secret is not null;
        return new(PodVolumes.Resolve(directory, mount), mount.MountPath.TrimEnd('/'), readOnly);
    }
}
