using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>All objects of a server but its volume claim and its installs.</summary>
/// <param name="Secret">The secret part of the environment.</param>
/// <param name="Service">Its address; null for a server without ports.</param>
/// <param name="Policy">Who may speak with it; null where the settings want none or the cluster has none.</param>
/// <param name="Budget">What keeps its node from being emptied; null likewise.</param>
/// <param name="Set">What runs it. How many pods is not said: that belongs to the scale.</param>
sealed record ServerManifest(Secret Secret, Service? Service, NetworkPolicy? Policy, PodDisruptionBudget? Budget, StatefulSet Set);

/// <summary>Writes the objects of a server. Pure: equal specs and settings make equal objects.</summary>
static partial class ServerManifests
{
    /// <summary>More than a program's own time to stop: the time to end what is left.</summary>
    const int GraceAfterStop = 30;

    /// <summary>Longer than a person looks at a page, shorter than players wait: how often a port is tried.</summary>
    const int ProbeSeconds = 2;

    /// <summary>The server's objects.</summary>
    /// <param name="spec">The server.</param>
    /// <param name="options">The settings.</param>
    /// <param name="abilities">What the cluster can do.</param>
    public static ServerManifest Of(ServerSpec spec, KubeOptions options, ClusterAbilities abilities)
    {
        var pod = Pod(spec, options);
        var set = new StatefulSet
        {
            Metadata = Recorded(spec, spec.ObjectName),
            Spec = new()
            {
                ServiceName = spec.ObjectName,
                Selector = new() { MatchLabels = new() { [ServerObjects.InstanceLabel] = spec.ObjectName, [ServerObjects.ComponentLabel] = ServerObjects.Server } },
                Template = pod,
                // a change of settings must not throw players out: it waits for the next start
                UpdateStrategy = new() { Type = "OnDelete" },
                PodManagementPolicy = "Parallel",
                RevisionHistoryLimit = 2,
                // a server that rests has no pod and all of its world
                PersistentVolumeClaimRetentionPolicy = abilities.ClaimRetention ? new() { WhenDeleted = "Retain", WhenScaled = "Retain" } : null,
            },
        };
        set.Metadata.Annotations![ServerObjects.TemplateHashAnnotation] = pod.Metadata.Annotations![ServerObjects.TemplateHashAnnotation];
        return new(
            EnvironmentSecret(spec),
            spec.Ports.All(port => port.Internal) ? null : Address(spec, options),
            options.NetworkPolicies && abilities.NetworkPolicies ? ServerPolicies.Network(spec, options, Metadata(spec, spec.ObjectName, ServerObjects.Server)) : null,
            options.DisruptionBudgets && abilities.DisruptionBudgets ? ServerPolicies.Budget(spec, Metadata(spec, spec.ObjectName, ServerObjects.Server)) : null,
            set);
    }

    /// <summary>The server's volume.</summary>
    /// <param name="spec">The server.</param>
    /// <param name="options">The settings.</param>
    /// <param name="existing">The claim as it is, or null: it grows and never shrinks, and what cannot be changed stays.</param>
    public static PersistentVolumeClaim Claim(ServerSpec spec, KubeOptions options, PersistentVolumeClaim? existing)
    {
        var size = Mebi(spec.DiskMiB);
        if (existing?.Spec.Resources?.Requests?.GetValueOrDefault("storage") is { } now && Quantity.TryParse(now, out var bytes) && bytes > Quantity.Parse(size)) size = now;
        return new()
        {
            Metadata = Recorded(spec, ServerObjects.Claim(spec.ObjectName)),
            Spec = new()
            {
                AccessModes = existing?.Spec.AccessModes ?? ["ReadWriteOnce"],
                StorageClassName = existing is null ? options.StorageClass : existing.Spec.StorageClassName,
                Resources = new() { Requests = new() { ["storage"] = size } },
            },
        };
    }

    static PodTemplateSpec Pod(ServerSpec spec, KubeOptions options)
    {
        var container = new Container
        {
            Name = ServerObjects.GameContainer,
            Image = spec.Image,
            ImagePullPolicy = spec.NeverPulled ? "Never" : null,
            Command = spec.Command.Count == 0 ? null : [.. spec.Command.Select(Literal)],
            WorkingDir = spec.MountPath,
            Stdin = true,
            Env = Variables(spec),
            Ports = spec.Ports.Count == 0 ? null : [.. spec.Ports.Select(port => new ContainerPort { Name = PortName(port), Number = port.Number, Protocol = port.Protocol })],
            Resources = Limits(spec, options),
            VolumeMounts = [new() { Name = "data", MountPath = spec.MountPath }],
            StartupProbe = Probe(spec, (int)Math.Ceiling(spec.StartTimeout.TotalSeconds / ProbeSeconds)),
            // and none for life: a game that is busy saving a world is not to be killed for it
            ReadinessProbe = Probe(spec, 5),
            Lifecycle = StopHook.Of(spec) is { } command ? new() { PreStop = new() { Exec = new() { Command = command } } } : null,
            SecurityContext = Restricted.Container(),
        };
        var pod = Restricted.Pod(spec.ObjectName, container, spec.NodePool);
        if (spec.ReadOnlyRoot) Restricted.CloseRoot(pod);
        pod.TerminationGracePeriodSeconds = (long)Math.Ceiling(spec.StopTimeout.TotalSeconds) + GraceAfterStop;
        var template = new PodTemplateSpec
        {
            Metadata = new()
            {
                Labels = ServerObjects.Labels(spec.ObjectName, ServerObjects.Server),
                Annotations = new() { [ServerObjects.IdAnnotation] = spec.Id.ToString() },
            },
            Spec = pod,
        };
        template.Metadata.Annotations[ServerObjects.TemplateHashAnnotation] = Hash(template, EnvironmentSecret(spec));
        template.Metadata.Annotations[ServerObjects.StartsAnnotation] = spec.Starts.ToString(CultureInfo.InvariantCulture);
        return template;
    }

    static List<EnvVar> Variables(ServerSpec spec) =>
    [
        .. spec.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new EnvVar { Name = pair.Key, Value = Literal(pair.Value) }),
        .. spec.SecretEnvironment.Keys.Order(StringComparer.Ordinal)
            .Select(key => new EnvVar { Name = key, ValueFrom = new() { SecretKeyRef = new() { Name = ServerObjects.Secret(spec.ObjectName), Key = key } } }),
    ];

    static Secret EnvironmentSecret(ServerSpec spec) => new()
    {
        Metadata = Metadata(spec, ServerObjects.Secret(spec.ObjectName), ServerObjects.Server),
        Type = "Opaque",
        Data = spec.SecretEnvironment.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(pair => pair.Key, pair => System.Text.Encoding.UTF8.GetBytes(pair.Value)),
    };

    static Service Address(ServerSpec spec, KubeOptions options) => new()
    {
        Metadata = Metadata(spec, spec.ObjectName, ServerObjects.Server, options.ServiceAnnotations),
        Spec = new()
        {
            Type = options.ServiceType,
            Selector = new() { [ServerObjects.InstanceLabel] = spec.ObjectName, [ServerObjects.ComponentLabel] = ServerObjects.Server },
            LoadBalancerIP = options.ServiceType == "LoadBalancer" ? options.ServiceAddress : null,
            ExternalTrafficPolicy = options.ServiceType == "ClusterIP" ? null : options.ExternalTrafficPolicy,
            Ports = [.. spec.Ports.Where(port => !port.Internal).Select(port => new ServicePort
            {
                Name = PortName(port),
                Port = port.Number,
                TargetPort = port.Number,
                // the number that people are told is the one that answers; a cluster whose nodes give other numbers refuses it in words
                NodePort = options.ServiceType == "NodePort" ? port.Number : null,
                Protocol = port.Protocol,
            })],
        },
    };

    static Probe? Probe(ServerSpec spec, int failures) => spec.Ports.FirstOrDefault(port => port.Probed) is not { } probed ? null : new()
    {
        TcpSocket = new() { Port = probed.Number },
        PeriodSeconds = ProbeSeconds,
        TimeoutSeconds = 2,
        FailureThreshold = failures,
    };

    static ResourceRequirements Limits(ServerSpec spec, KubeOptions options, int leastMemoryMiB = 0)
    {
        var reserved = Math.Max(1, spec.CpuMillis * options.CpuReservedPercent / 100);
        return new()
        {
            Limits = new() { ["cpu"] = Millis(spec.CpuMillis), ["memory"] = Mebi(Math.Max(spec.MemoryMiB, leastMemoryMiB)) },
            Requests = new() { ["cpu"] = Millis(reserved), ["memory"] = Mebi(spec.MemoryMiB) },
        };
    }

    static ObjectMeta Metadata(ServerSpec spec, string name, string component, IReadOnlyDictionary<string, string>? annotations = null) => new()
    {
        Name = name,
        Labels = ServerObjects.Labels(spec.ObjectName, component),
        Annotations = new(annotations ?? new Dictionary<string, string>())
        {
            [ServerObjects.IdAnnotation] = spec.Id.ToString(),
            [ServerObjects.NameAnnotation] = spec.DisplayName,
            [ServerObjects.OwnerAnnotation] = spec.OwnerId,
            [ServerObjects.TemplateAnnotation] = spec.Template,
        },
    };

    static ObjectMeta Recorded(ServerSpec spec, string name)
    {
        var metadata = Metadata(spec, name, ServerObjects.Server);
        if (spec.Record is { } record) metadata.Annotations![ServerObjects.RecordAnnotation] = ServerRecords.Write(record);
        return metadata;
    }

    /// <summary>Tells two pod templates apart, and two values of a secret with them.</summary>
    static string Hash(PodTemplateSpec template, Secret secret)
    {
        var set = new StatefulSet { Spec = new() { Template = template } };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(set, Kinds.StatefulSets.Item));
        foreach (var (key, value) in secret.Data ?? [])
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"\n{key}={value.Length}:"));
            hash.AppendData(value);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    /// <summary>A port's name: at most 15 letters, as Kubernetes wants it.</summary>
    static string PortName(ServerPort port)
    {
        var name = string.Concat(port.Name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        return name.Any(char.IsAsciiLetter) && name.Length <= 15 ? name : $"p{port.Number}";
    }

    /// <summary>Text as it is: Kubernetes would read <c>$(NAME)</c> as another variable, and <c>$$</c> as one dollar.</summary>
    /// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container (command, env.value)</remarks>
    static string Literal(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    static string Millis(int millis) => string.Create(CultureInfo.InvariantCulture, $"{millis}m");

    static string Mebi(int mebi) => string.Create(CultureInfo.InvariantCulture, $"{mebi}Mi");
}
