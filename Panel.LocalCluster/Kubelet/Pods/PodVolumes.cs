using System.Text;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>Makes a pod's volumes: directories for claims and scratch, files for config maps and secrets.</summary>
sealed class PodVolumes(KubeletContext context)
{
    /// <summary>The directory of each volume, by its name.</summary>
    /// <exception cref="ConfigException">What a volume is made from is not there yet.</exception>
    public Dictionary<string, string> Prepare(Pod pod) => (pod.Spec.Volumes ?? []).ToDictionary(volume => volume.Name, volume => Prepare(pod, volume));

    /// <summary>A volume's directory, or the part of it that a mount asks for.</summary>
    /// <exception cref="ConfigException">The part would lie outside of the volume.</exception>
    public static string Resolve(string volume, VolumeMount mount)
    {
        if (string.IsNullOrEmpty(mount.SubPath)) return volume;
        var path = volume;
        foreach (var part in mount.SubPath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..") throw new ConfigException($"subPath \"{mount.SubPath}\" must not contain '..'");
            path = Path.Combine(path, part);
            // the volume's owner may have put a link there that leads out
            if (new FileInfo(path).LinkTarget is not null && !ProjectedFiles.IsAt(volume))
                throw new ConfigException($"subPath \"{mount.SubPath}\" leads through a symbolic link");
        }
        if (!Path.Exists(path)) Directory.CreateDirectory(path);
        return path;
    }

    string Prepare(Pod pod, Volume volume)
    {
        var directory = context.Paths.Volume(pod.Metadata.Uid!, volume.Name);
        switch (volume)
        {
            case { PersistentVolumeClaim: { } claim }: return FindClaim(pod, claim);
            case { ConfigMap: { } source }: ProjectedFiles.Write(directory, ReadConfigMap(pod, source), source.Items, source.DefaultMode); break;
            case { Secret: { } source }: ProjectedFiles.Write(directory, ReadSecret(pod, source), source.Items, source.DefaultMode); break;
            default: Directory.CreateDirectory(directory); break;
        }
        return directory;
    }

    string FindClaim(Pod pod, PersistentVolumeClaimVolumeSource source)
    {
        var claim = context.Objects.Find<PersistentVolumeClaim>(pod.Metadata.Namespace, source.ClaimName) ?? throw new ConfigException($"persistentvolumeclaim \"{source.ClaimName}\" not found");
        if (claim.Status?.Phase != "Bound") throw new ConfigException($"persistentvolumeclaim \"{source.ClaimName}\" is not bound");
        return Directory.CreateDirectory(context.Paths.Claim(claim)).FullName;
    }

    Dictionary<string, byte[]> ReadConfigMap(Pod pod, ConfigMapVolumeSource source)
    {
        var map = context.Objects.Find<ConfigMap>(pod.Metadata.Namespace, source.Name ?? "");
        if (map is null) return source.Optional == true ? [] : throw new ConfigException($"configmap \"{source.Name}\" not found");
        var files = new Dictionary<string, byte[]>(map.BinaryData ?? []);
        foreach (var (key, value) in map.Data ?? []) files[key] = Encoding.UTF8.GetBytes(value);
        return files;
    }

    Dictionary<string, byte[]> ReadSecret(Pod pod, SecretVolumeSource source)
    {
        var secret = context.Objects.Find<Secret>(pod.Metadata.Namespace, source.SecretName ?? "");
        return secret?.Data ?? (secret is not null || source.Optional == true ? [] : throw new ConfigException($"secret \"{source.SecretName}\" not found"));
    }
}
