using System.Text.Json;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubectl;

/// <summary><c>get</c>, <c>describe</c>, <c>explain</c> and the like.</summary>
[Trait("Lane", "cluster")]
public sealed class KubectlReadTests(KubectlCluster cluster)
{
    const string All = """
        # not JSON
        { apiVersion: v1, kind: ConfigMap, metadata: { name: one, labels: { tier: a } }, data: { a: "1", b: "2" } }
        ---
        { apiVersion: v1, kind: Secret, metadata: { name: one }, stringData: { key: value } }
        ---
        { apiVersion: v1, kind: ServiceAccount, metadata: { name: one } }
        ---
        { apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: one }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }
        ---
        { apiVersion: v1, kind: Service, metadata: { name: one }, spec: { type: NodePort, selector: { app: one }, ports: [{ port: 28000, nodePort: 30007 }] } }
        ---
        { apiVersion: v1, kind: ResourceQuota, metadata: { name: one }, spec: { hard: { pods: "9", limits.memory: 4Gi } } }
        ---
        { apiVersion: v1, kind: LimitRange, metadata: { name: one }, spec: { limits: [{ type: Container, default: { memory: 64Mi } }] } }
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: { name: one }
        spec: { replicas: 1, selector: { matchLabels: { app: one } }, template: { metadata: { labels: { app: one } }, spec: { containers: [{ name: game, image: "panel/tools:1", command: [sleep, "1000"] }] } } }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: one }
        spec: { template: { spec: { restartPolicy: Never, containers: [{ name: work, image: "panel/tools:1", command: [echo, done] }] } } }
        ---
        { apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: { name: one }, spec: { holderIdentity: me } }
        ---
        { apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: one }, spec: { podSelector: { matchLabels: { app: one } } } }
        ---
        { apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: one }, spec: { minAvailable: 1, selector: { matchLabels: { app: one } } } }
        ---
        { apiVersion: apps/v1, kind: Deployment, metadata: { name: one }, spec: { replicas: 2, selector: { matchLabels: { app: two } }, template: { metadata: { labels: { app: two } }, spec: { containers: [{ name: web, image: "web:1" }] } } } }
        ---
        { apiVersion: batch/v1, kind: CronJob, metadata: { name: one }, spec: { schedule: "@daily", jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: work, image: "work:1" }] } } } } } }
        ---
        { apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: one }, spec: { ingressClassName: nginx, rules: [{ host: a.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: one, port: { number: 80 } } } }] } }] } }
        ---
        { apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: one }, spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: one }, maxReplicas: 3 } }
        ---
        { apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: { name: one }, rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }] }
        ---
        { apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: { name: one }, roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: one }, subjects: [{ kind: ServiceAccount, name: one, namespace: default }] }
        """;

    [Fact]
    public async Task Get_and_describe_show_every_kind()
    {
        await using var space = await cluster.OpenAsync();
        await space.ApplyAsync(All);
        await space.OkAsync("wait", "--for=condition=Ready", "pod/one-0", "--timeout=30s");
        await space.OkAsync("wait", "--for=condition=Complete", "job/one", "--timeout=30s");

        foreach (var (kind, headings, row) in Tables)
        {
            var lines = (await space.OkAsync("get", kind)).Split('\n');
            Assert.Equal(headings, Columns(lines[0]));
            Assert.True(lines.Any(line => string.Join(' ', Columns(line)).Contains(row, StringComparison.Ordinal)), $"get {kind}: no row with '{row}':\n{string.Join('\n', lines)}");
            if (kind is not ("events" or "clusterroles")) Assert.Contains("Name:", await space.OkAsync("describe", kind));
        }
        var pod = await space.OkAsync("describe", "pod", "one-0");
        Assert.Contains("Controlled By:  StatefulSet/one", pod);
        Assert.Contains("Started container game", pod);
        Assert.Contains("LimitRanger plugin set", pod);
        Assert.Matches(@"Endpoints:\s+\S+:28000", await space.OkAsync("describe", "service", "one"));
        var node = await space.OkAsync("describe", "nodes");
        Assert.Contains("HolderIdentity:", node);
        Assert.Contains("one-0", node);
        Assert.Matches(@"limits.memory\s+64Mi\s+4Gi", await space.OkAsync("describe", "quota"));
    }

    // the server's columns, and what one row must say
    static readonly (string Kind, string[] Headings, string Row)[] Tables =
    [
        ("pods", ["NAME", "READY", "STATUS", "RESTARTS", "AGE"], "one-0 1/1 Running 0"),
        ("configmaps", ["NAME", "DATA", "AGE"], "one 2"),
        ("secrets", ["NAME", "TYPE", "DATA", "AGE"], "one Opaque 1"),
        ("serviceaccounts", ["NAME", "SECRETS", "AGE"], "one 0"),
        ("pvc", ["NAME", "STATUS", "VOLUME", "CAPACITY", "ACCESS MODES", "STORAGECLASS", "VOLUMEATTRIBUTESCLASS", "AGE"], "one Bound pvc-"),
        ("services", ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"], "one NodePort 127.0.0.1 <none> 28000:30007/TCP"),
        ("endpoints", ["NAME", "ENDPOINTS", "AGE"], ":28000"),
        ("endpointslices", ["NAME", "ADDRESSTYPE", "PORTS", "ENDPOINTS", "AGE"], "IPv4 28000"),
        ("quota", ["NAME", "REQUEST", "LIMIT", "AGE"], "one pods: 1/9 limits.memory: 64Mi/4Gi"),
        ("limits", ["NAME", "CREATED AT"], "one 20"),
        ("statefulsets", ["NAME", "READY", "AGE"], "one 1/1"),
        ("jobs", ["NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE"], "one Complete 1/1"),
        ("leases", ["NAME", "HOLDER", "AGE"], "one me"),
        ("networkpolicies", ["NAME", "POD-SELECTOR", "AGE"], "one app=one"),
        ("pdb", ["NAME", "MIN AVAILABLE", "MAX UNAVAILABLE", "ALLOWED DISRUPTIONS", "AGE"], "one 1 N/A 0"),
        ("deployments", ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"], "one 0/2 0 0"),
        ("cronjobs", ["NAME", "SCHEDULE", "TIMEZONE", "SUSPEND", "ACTIVE", "LAST SCHEDULE", "AGE"], "one @daily <none> False 0 <none>"),
        ("ingresses", ["NAME", "CLASS", "HOSTS", "ADDRESS", "PORTS", "AGE"], "one nginx a.example 80"),
        ("hpa", ["NAME", "REFERENCE", "TARGETS", "MINPODS", "MAXPODS", "REPLICAS", "AGE"], "one Deployment/one <unknown> 1 3 0"),
        ("roles", ["NAME", "CREATED AT"], "one 20"),
        ("rolebindings", ["NAME", "ROLE", "AGE"], "one Role/one"),
        ("clusterroles", ["NAME", "CREATED AT"], "cluster-admin 20"),
        ("namespaces", ["NAME", "STATUS", "AGE"], "default Active"),
        ("nodes", ["NAME", "STATUS", "ROLES", "AGE", "VERSION"], "test Ready control-plane"),
        ("events", ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"], "Normal SuccessfulCreate statefulset/one create Pod one-0"),
    ];

    [Fact]
    public async Task Get_prints_every_form()
    {
        await using var space = await cluster.OpenAsync();
        await space.ApplyAsync(All);

        using var json = JsonDocument.Parse(await space.OkAsync("get", "cm", "one", "-o", "json"));
        Assert.Equal("2", json.RootElement.GetProperty("data").GetProperty("b").GetString());
        Assert.Contains("kind: ConfigMap", await space.OkAsync("get", "cm", "one", "-o", "yaml"));
        Assert.DoesNotContain("managedFields", await space.OkAsync("get", "cm", "one", "-o", "yaml"));
        Assert.Contains("manager: kubectl-client-side-apply", await space.OkAsync("get", "cm", "one", "-o", "yaml", "--show-managed-fields"));
        Assert.Equal("1 2", await space.OkAsync("get", "cm", "one", "-o", "jsonpath={.data.a} {.data.b}"));
        Assert.Equal("configmap/one\n", await space.OkAsync("get", "cm", "-l", "tier in (a,b)", "-o", "name"));
        Assert.Equal("configmap/one\n", await space.OkAsync("get", "cm", "--field-selector", "metadata.name=one", "-o", "name"));
        Assert.Equal(["NAME", "X"], Columns((await space.OkAsync("get", "cm", "-o", "custom-columns=NAME:.metadata.name,X:.data.a")).Split('\n')[0]));
        Assert.Contains("CONTAINERS   IMAGES", await space.OkAsync("get", "statefulsets", "-o", "wide"));
        Assert.Contains("statefulset.apps/one", await space.OkAsync("get", "all"));
        Assert.Contains(space.Name, await space.OkAsync("get", "cm", "-A"));
        Assert.Equal("""Error from server (NotFound): configmaps "none" not found""", (await space.RunAsync("get", "cm", "none")).Errors.Trim());
    }

    [Fact]
    public async Task Get_watches()
    {
        await using var space = await cluster.OpenAsync();
        await using var watching = space.Begin("get", "cm", "-w", "--output-watch-events");

        await space.OkAsync("create", "cm", "seen", "--from-literal=a=b");
        await watching.UntilAsync("ADDED      seen");
        await space.OkAsync("patch", "cm", "seen", "-p", """{"data":{"c":"d"}}""");
        await watching.UntilAsync("MODIFIED   seen   2");
        await space.OkAsync("delete", "cm", "seen");
        await watching.UntilAsync("DELETED    seen");
    }

    [Fact]
    public async Task Events_are_listed_of_all_and_of_one()
    {
        await using var space = await cluster.OpenAsync();
        await space.RunPodAsync("one", "sleep 1000");
        await space.RunPodAsync("two", "sleep 1000");

        var all = await space.OkAsync("events");
        var one = await space.OkAsync("events", "--for", "pod/one", "--types=Normal");

        Assert.Contains("Started container game", all);
        Assert.Contains("Pod/two", all);
        Assert.Contains("Pod/one", one);
        Assert.DoesNotContain("Pod/two", one);
    }

    [Fact]
    public async Task Api_resources_and_explain_tell_what_there_is()
    {
        await using var space = await cluster.OpenAsync();

        var resources = await space.OkAsync("api-resources", "--verbs=list", "--namespaced");
        Assert.Matches(@"statefulsets\s+sts\s+apps/v1\s+true\s+StatefulSet", resources);
        Assert.Matches(@"networkpolicies\s+netpol\s+networking.k8s.io/v1\s+true\s+NetworkPolicy", resources);
        Assert.Contains("rbac.authorization.k8s.io/v1", await space.OkAsync("api-versions"));
        var set = await space.OkAsync("explain", "sts.spec");
        Assert.Contains("FIELD: spec <StatefulSetSpec>", set);
        Assert.Matches(@"replicas\t<integer>\n\s+How many pods", set);
        Assert.Contains("<[]Container>", await space.OkAsync("explain", "pod.spec", "--recursive"));
        Assert.Contains("<map[string]string>", await space.OkAsync("explain", "resourcequota.spec.hard"));
        Assert.Contains("v1.32", await space.OkAsync("version"));
    }

    [Fact]
    public async Task Top_shows_what_pods_and_the_node_use()
    {
        await using var space = await cluster.OpenAsync();
        await space.RunPodAsync("busy", "sleep 1000");

        await Support.Deadline.UntilAsync("the pod's usage", async () => (await space.RunAsync("top", "pod", "-l", "app=busy")).Output.Contains("busy", StringComparison.Ordinal));

        Assert.Matches(@"busy\s+game\s+\d+m\s+\d+Mi", await space.OkAsync("top", "pod", "--containers"));
        Assert.DoesNotContain("busy", (await space.RunAsync("top", "pod", "-l", "app=other")).Output);
        Assert.Matches(@"test\s+\d+m\s+\d+%\s+\d+Mi", await space.OkAsync("top", "node"));
    }

    static string[] Columns(string line) => System.Text.RegularExpressions.Regex.Split(line.Trim(), @"\s{2,}");
}
