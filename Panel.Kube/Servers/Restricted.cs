using Panel.Core.Servers;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>What every pod of Panel's has in common: it meets the Pod Security Standard <c>restricted</c>.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/security/pod-security-standards/</remarks>
static class Restricted
{
    const int User = 1000;

    /// <summary>A pod that runs as nobody in particular, knows nothing of the cluster, and owns the files of its volume.</summary>
    /// <param name="objectName">The server.</param>
    /// <param name="container">What runs.</param>
    /// <param name="nodes">Where; null for any node.</param>
    public static PodSpec Pod(string objectName, Container container, NodePool? nodes) => new()
    {
        Containers = [container],
        NodeSelector = nodes is null ? null : new(nodes.Selector),
        Tolerations = nodes is not { Tolerations.Count: > 0 } ? null : [.. nodes.Tolerations.Select(taint => new Toleration { Key = taint.Key, Operator = taint.Value is null ? "Exists" : "Equal", Value = taint.Value, Effect = taint.Effect })],
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        SecurityContext = new()
        {
            RunAsUser = User,
            RunAsGroup = User,
            RunAsNonRoot = true,
            FsGroup = User,
            FsGroupChangePolicy = "OnRootMismatch",   // a large world is not walked at each start
            SeccompProfile = new() { Type = "RuntimeDefault" },
        },
        Volumes = [new() { Name = "data", PersistentVolumeClaim = new() { ClaimName = ServerObjects.Claim(objectName) } }],
        // a volume may be bound to one node: pods of one server go where the volume is in use already
        Affinity = new()
        {
            PodAffinity = new()
            {
                PreferredDuringSchedulingIgnoredDuringExecution =
                [
                    new()
                    {
                        Weight = 100,
                        PodAffinityTerm = new() { LabelSelector = new() { MatchLabels = new() { [ServerObjects.InstanceLabel] = objectName } }, TopologyKey = "kubernetes.io/hostname" },
                    },
                ],
            },
        },
    };

    /// <summary>Lets the first container write to its volume and to <c>/tmp</c> alone.</summary>
    public static void CloseRoot(PodSpec pod)
    {
        var container = pod.Containers[0];
        container.SecurityContext!.ReadOnlyRootFilesystem = true;
        container.VolumeMounts!.Add(new() { Name = "tmp", MountPath = "/tmp" });
        pod.Volumes!.Add(new() { Name = "tmp", EmptyDir = new() { SizeLimit = "256Mi" } });
    }

    /// <summary>What a container may: nothing.</summary>
    public static SecurityContext Container() => new()
    {
        AllowPrivilegeEscalation = false,
        RunAsNonRoot = true,
        Capabilities = new() { Drop = ["ALL"] },
        SeccompProfile = new() { Type = "RuntimeDefault" },
    };

    /// <summary>
    /// What an install's container may that has to be root, where the operator allows that: to be the root of itself, as package managers
    /// want it, with the rights over files that takes; never privileged, nothing of the node, and no way to more.
    /// </summary>
    public static SecurityContext RootContainer() => new()
    {
        RunAsUser = 0,
        RunAsGroup = 0,
        RunAsNonRoot = false,
        AllowPrivilegeEscalation = false,
        Capabilities = new() { Drop = ["ALL"], Add = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"] },
        SeccompProfile = new() { Type = "RuntimeDefault" },
    };
}
