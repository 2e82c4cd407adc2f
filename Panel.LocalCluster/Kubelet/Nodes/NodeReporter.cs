using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Images;
using Panel.LocalCluster.Kubelet.Processes;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet.Nodes;

/// <summary>Registers the node and says now and then that it is well.</summary>
sealed class NodeReporter(KubeletContext context)
{
    public const string Version = "v1.32.0+panel";

    static readonly TimeSpan Beat = TimeSpan.FromMinutes(5), Look = TimeSpan.FromSeconds(5);
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    long reported;

    /// <summary>Makes the node if it is not there, and removes one that an earlier name left.</summary>
    public async Task RegisterAsync(CancellationToken cancellation)
    {
        foreach (var other in context.Objects.List<Node>(where: node => node.Metadata.Name != context.Node.Name)) await context.Objects.DeleteAsync<Node>(null, other.Metadata.Name!, null, cancellation);
        if (context.Objects.Find<Node>(null, context.Node.Name) is null)
        {
            await context.Objects.CreateAsync(new Node
            {
                Metadata = new()
                {
                    Name = context.Node.Name,
                    Labels = new() { ["kubernetes.io/hostname"] = context.Node.Name, ["kubernetes.io/os"] = "linux", ["kubernetes.io/arch"] = Architecture, ["node-role.kubernetes.io/control-plane"] = "" },
                },
                Spec = new(),
            }, cancellation);
        }
        await ReportAsync(cancellation);
        await ReportProgramsAsync(cancellation);
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(Look, context.Clock, cancellation);
            try
            {
                await ReportProgramsAsync(cancellation);
                if (context.Clock.GetElapsedTime(reported) < Beat) continue;
                await ReportAsync(cancellation);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                context.Logger.LogError(failure, "The node's status cannot be written");
            }
        }
    }

    // written when it changes only: somebody installs a program, or removes one
    async Task ReportProgramsAsync(CancellationToken cancellation)
    {
        var missing = JsonSerializer.Serialize(context.Images.FindMissing(), Json);
        if (context.Objects.Find<Node>(null, context.Node.Name)?.Metadata.Annotations?.GetValueOrDefault(MissingProgram.Annotation) == missing) return;
        await context.Objects.UpdateAsync<Node>(null, context.Node.Name, node =>
        {
            (node.Metadata.Annotations ??= [])[MissingProgram.Annotation] = missing;
            (node.Metadata.Labels ??= [])[MissingProgram.Label] = "told";
        }, cancellation);
    }

    // what tells a real cluster, and kubectl describe, that the node lives
    async Task RenewAsync(CancellationToken cancellation)
    {
        const string space = "kube-node-lease";
        if (context.Objects.Find<Namespace>(null, space) is null) return;
        if (context.Objects.Find<Lease>(space, context.Node.Name) is null) await context.Objects.CreateAsync(new Lease { Metadata = new() { Namespace = space, Name = context.Node.Name } }, cancellation);
        await context.Objects.UpdateAsync<Lease>(space, context.Node.Name, lease => lease.Spec = new()
        {
            HolderIdentity = context.Node.Name,
            LeaseDurationSeconds = (int)(Beat * 4).TotalSeconds,
            RenewTime = context.Now,
        }, cancellation);
    }

    async Task ReportAsync(CancellationToken cancellation)
    {
        await RenewAsync(cancellation);
        await WriteStatusAsync(cancellation);
    }

    Task WriteStatusAsync(CancellationToken cancellation) => context.Objects.UpdateStatusAsync<Node>(null, context.Node.Name, node =>
    {
        reported = context.Clock.GetTimestamp();
        var amounts = new Dictionary<string, string> { ["cpu"] = $"{context.Node.CpuMillis}m", ["memory"] = $"{context.Node.MemoryMiB}Mi", ["pods"] = "1000" };
        var since = node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready")?.LastTransitionTime ?? context.Now;
        node.Status = new()
        {
            Capacity = amounts,
            Allocatable = amounts,
            Addresses = [new() { Type = "InternalIP", Address = context.Node.Address }, new() { Type = "Hostname", Address = context.Node.Name }],
            Conditions = [new() { Type = "Ready", Status = "True", Reason = "KubeletReady", Message = "kubelet is posting ready status", LastHeartbeatTime = context.Now, LastTransitionTime = since }],
            NodeInfo = new()
            {
                Architecture = Architecture,
                OperatingSystem = "linux",
                KernelVersion = Environment.OSVersion.Version.ToString(),
                OsImage = RuntimeInformation.OSDescription,
                ContainerRuntimeVersion = context.Isolation.Status.On ? "panel://bubblewrap" : "panel://processes",
                KubeletVersion = Version,
                KubeProxyVersion = Version,
                BootID = ProcFs.BootId,
                MachineID = context.Node.Name,
                SystemUUID = context.Node.Name,
            },
        };
    }, cancellation);

    static string Architecture => RuntimeInformation.OSArchitecture switch { System.Runtime.InteropServices.Architecture.X64 => "amd64", System.Runtime.InteropServices.Architecture.Arm64 => "arm64", var other => other.ToString().ToLowerInvariant() };
}
