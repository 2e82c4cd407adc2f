using Panel.Kube.Wire;

namespace Panel.LocalCluster.Store;

/// <summary>A request that the cluster refuses, with the answer a client gets.</summary>
public sealed class StatusException(Status status) : Exception(status.Message)
{
    public Status Status { get; } = status;
    public int Code => Status.Code ?? 500;
    /// <summary>The word for programs, such as <c>NotFound</c> or <c>Conflict</c>.</summary>
    public string Reason => Status.Reason ?? "";
}
