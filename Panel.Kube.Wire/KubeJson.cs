using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panel.Kube.Wire;

/// <summary>Source-generated JSON of the wire models: camelCase, nulls left out, unknown fields skipped.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(Namespace)), JsonSerializable(typeof(KubeList<Namespace>))]
[JsonSerializable(typeof(Pod)), JsonSerializable(typeof(KubeList<Pod>))]
[JsonSerializable(typeof(Service)), JsonSerializable(typeof(KubeList<Service>))]
[JsonSerializable(typeof(ConfigMap)), JsonSerializable(typeof(KubeList<ConfigMap>))]
[JsonSerializable(typeof(Secret)), JsonSerializable(typeof(KubeList<Secret>))]
[JsonSerializable(typeof(PersistentVolumeClaim)), JsonSerializable(typeof(KubeList<PersistentVolumeClaim>))]
[JsonSerializable(typeof(Event)), JsonSerializable(typeof(KubeList<Event>))]
[JsonSerializable(typeof(Node)), JsonSerializable(typeof(KubeList<Node>))]
[JsonSerializable(typeof(StorageClass)), JsonSerializable(typeof(KubeList<StorageClass>))]
[JsonSerializable(typeof(StatefulSet)), JsonSerializable(typeof(KubeList<StatefulSet>))]
[JsonSerializable(typeof(Job)), JsonSerializable(typeof(KubeList<Job>))]
[JsonSerializable(typeof(ControllerRevision)), JsonSerializable(typeof(KubeList<ControllerRevision>))]
[JsonSerializable(typeof(Lease)), JsonSerializable(typeof(KubeList<Lease>))]
[JsonSerializable(typeof(NetworkPolicy)), JsonSerializable(typeof(KubeList<NetworkPolicy>))]
[JsonSerializable(typeof(PodDisruptionBudget)), JsonSerializable(typeof(KubeList<PodDisruptionBudget>)), JsonSerializable(typeof(ApiResourceList)), JsonSerializable(typeof(ClusterVersion))]
[JsonSerializable(typeof(ResourceQuota)), JsonSerializable(typeof(KubeList<ResourceQuota>))]
[JsonSerializable(typeof(LimitRange)), JsonSerializable(typeof(KubeList<LimitRange>))]
[JsonSerializable(typeof(ServiceAccount)), JsonSerializable(typeof(KubeList<ServiceAccount>))]
[JsonSerializable(typeof(Role)), JsonSerializable(typeof(KubeList<Role>))]
[JsonSerializable(typeof(ClusterRole)), JsonSerializable(typeof(KubeList<ClusterRole>))]
[JsonSerializable(typeof(RoleBinding)), JsonSerializable(typeof(KubeList<RoleBinding>))]
[JsonSerializable(typeof(ClusterRoleBinding)), JsonSerializable(typeof(KubeList<ClusterRoleBinding>))]
[JsonSerializable(typeof(Endpoints)), JsonSerializable(typeof(KubeList<Endpoints>))]
[JsonSerializable(typeof(EndpointSlice)), JsonSerializable(typeof(KubeList<EndpointSlice>))]
[JsonSerializable(typeof(SubjectAccessReview)), JsonSerializable(typeof(KubeList<SubjectAccessReview>))]
[JsonSerializable(typeof(SelfSubjectRulesReview)), JsonSerializable(typeof(SelfSubjectReview)), JsonSerializable(typeof(TokenReview)), JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(Deployment)), JsonSerializable(typeof(KubeList<Deployment>)), JsonSerializable(typeof(CronJob)), JsonSerializable(typeof(KubeList<CronJob>))]
[JsonSerializable(typeof(Ingress)), JsonSerializable(typeof(KubeList<Ingress>)), JsonSerializable(typeof(HorizontalPodAutoscaler)), JsonSerializable(typeof(KubeList<HorizontalPodAutoscaler>))]
[JsonSerializable(typeof(PodMetrics)), JsonSerializable(typeof(KubeList<PodMetrics>))]
[JsonSerializable(typeof(Scale)), JsonSerializable(typeof(List<OwnerReference>)), JsonSerializable(typeof(Status)), JsonSerializable(typeof(WatchEvent)), JsonSerializable(typeof(DeleteOptions))]
public sealed partial class KubeJson : JsonSerializerContext;
