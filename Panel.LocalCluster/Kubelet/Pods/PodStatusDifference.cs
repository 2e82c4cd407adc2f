using System.Text.Json;
using System.Text.Json.Nodes;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>Tells whether a status says anything new, so that nothing is written when nothing happened.</summary>
static class PodStatusDifference
{
    public static bool IsNone(PodStatus? old, PodStatus fresh) =>
        old is not null && JsonNode.DeepEquals(Write(old), Write(fresh));

    static JsonNode? Write(PodStatus status) => JsonSerializer.SerializeToNode(new Pod { Status = status }, KubeJson.Default.Pod)!["status"];
}
