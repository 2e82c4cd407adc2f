using System.Text.Json.Nodes;
using Panel.Kube.Access;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Deployment;

/// <summary>What must hold for every object that the chart makes, whatever the values.</summary>
public sealed class ChartObjectsTests
{
    public static TheoryData<string> Cases => [.. Golden.Cases("Cases")];

    [Theory, MemberData(nameof(Cases))]
    public void Role_grants_just_what_the_panel_asks_for(string name)
    {
        var role = Chart.Expected(name).Single(item => $"{item["kind"]}" == "Role");
        Assert.Equal("game-servers", $"{role["metadata"]!["namespace"]}");
        var granted =
            from rule in role["rules"]!.AsArray()
            from @group in rule!["apiGroups"]!.AsArray()
            from resource in rule["resources"]!.AsArray()
            from verb in rule["verbs"]!.AsArray()
            select $"{verb} {resource}.{@group}";
        var asked = RequiredPermissions.All.Select(permission => $"{permission.Verb} {permission.Target}.{permission.Group}");
        Assert.Equal(asked.Order(StringComparer.Ordinal), granted.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Chart.Expected(name), item => $"{item["kind"]}".StartsWith("Cluster", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Every_pod_is_restricted_and_only_the_panel_has_a_token(string name)
    {
        foreach (var (subject, pod) in Pods(name))
        {
            RequireRestricted(pod, subject);
            var isPanel = subject.StartsWith("Deployment", StringComparison.Ordinal);
            Assert.True(isPanel == pod["automountServiceAccountToken"]!.GetValue<bool>(), subject);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void No_secret_is_made_and_none_stands_in_an_object(string name)
    {
        Assert.DoesNotContain(Chart.Expected(name), item => $"{item["kind"]}" == "Secret");
        foreach (var variable in Pods(name).SelectMany(pod => Containers(pod.Pod)).SelectMany(container => container["env"]?.AsArray() ?? []))
        {
            if (!$"{variable!["name"]}".Contains("PASSWORD", StringComparison.OrdinalIgnoreCase) || $"{variable["name"]}".EndsWith("_FILE", StringComparison.Ordinal)) continue;
            Assert.NotNull(variable["valueFrom"]?["secretKeyRef"]);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Every_selector_chooses_pods_of_the_chart(string name)
    {
        var objects = Chart.Expected(name);
        var pods = objects.SelectMany(PodLabels).ToList();
        foreach (var item in objects)
        {
            var selector = $"{item["kind"]}" switch
            {
                "Service" => item["spec"]!["selector"],
                "Deployment" or "StatefulSet" or "PodDisruptionBudget" => item["spec"]!["selector"]!["matchLabels"],
                "NetworkPolicy" => item["spec"]!["podSelector"]!["matchLabels"],
                _ => null,
            };
            if (selector is null) continue;
            Assert.True(pods.Any(labels => selector.AsObject().All(wanted => JsonNode.DeepEquals(labels[wanted.Key], wanted.Value))), Chart.Subject(item));
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Every_reference_within_the_chart_is_to_something_it_makes(string name)
    {
        var objects = Chart.Expected(name);
        var made = objects.Select(item => $"{item["kind"]} {item["metadata"]!["name"]}").ToHashSet(StringComparer.Ordinal);
        foreach (var (subject, pod) in Pods(name))
        {
            foreach (var volume in pod["volumes"]?.AsArray() ?? [])
            {
                if (volume!["persistentVolumeClaim"]?["claimName"] is { } claim) Assert.True(made.Contains($"PersistentVolumeClaim {claim}"), $"{subject}: claim {claim}");
            }
            if (pod["serviceAccountName"] is { } account) Assert.True(made.Contains($"ServiceAccount {account}"), $"{subject}: account {account}");
            foreach (var container in Containers(pod))
            {
                var mounts = (container["volumeMounts"]?.AsArray() ?? []).Select(mount => $"{mount!["name"]}");
                Assert.Subset((pod["volumes"]?.AsArray() ?? []).Select(volume => $"{volume!["name"]}").ToHashSet(StringComparer.Ordinal), mounts.ToHashSet(StringComparer.Ordinal));
            }
        }
        foreach (var scaler in objects.Where(item => $"{item["kind"]}" == "HorizontalPodAutoscaler")) Assert.Contains($"Deployment {scaler["spec"]!["scaleTargetRef"]!["name"]}", made);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Claims_and_the_namespace_of_the_worlds_outlive_the_release(string name)
    {
        var lasting = Chart.Expected(name).Where(item => $"{item["kind"]}" is "PersistentVolumeClaim" or "Namespace").ToList();
        Assert.Contains(lasting, item => $"{item["kind"]}" == "Namespace");
        Assert.All(lasting, item => Assert.Equal("keep", $"{item["metadata"]!["annotations"]!["helm.sh/resource-policy"]}"));
    }

    [Fact]
    public void Ingress_keeps_web_sockets_open_and_people_at_their_replica()
    {
        var nginx = Chart.Expected("published").Single(item => $"{item["kind"]}" == "Ingress")["metadata"]!["annotations"]!;
        Assert.Equal(("3600", "3600", "cookie", "0"), ($"{nginx["nginx.ingress.kubernetes.io/proxy-read-timeout"]}", $"{nginx["nginx.ingress.kubernetes.io/proxy-send-timeout"]}",
            $"{nginx["nginx.ingress.kubernetes.io/affinity"]}", $"{nginx["nginx.ingress.kubernetes.io/proxy-body-size"]}"));
        Assert.Equal("letsencrypt", $"{nginx["cert-manager.io/cluster-issuer"]}");
        var traefik = Chart.Expected("full").Single(item => $"{item["kind"]}" == "Service" && $"{item["metadata"]!["name"]}" == "games");
        Assert.Equal(("true", "public"), ($"{traefik["metadata"]!["annotations"]!["traefik.ingress.kubernetes.io/service.sticky.cookie"]}", $"{traefik["metadata"]!["annotations"]!["example.org/pool"]}"));
        Assert.Equal("ClientIP", $"{traefik["spec"]!["sessionAffinity"]}");
    }

    /// <summary>Fails unless a pod meets Pod Security "restricted", and has a read-only root besides.</summary>
    /// <remarks>https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted</remarks>
    internal static void RequireRestricted(JsonObject pod, string subject)
    {
        var security = pod["securityContext"]!;
        Assert.True(security["runAsNonRoot"]!.GetValue<bool>() && security["runAsUser"]!.GetValue<long>() > 0 && $"{security["seccompProfile"]!["type"]}" == "RuntimeDefault", subject);
        foreach (var container in Containers(pod))
        {
            var own = container["securityContext"]!;
            Assert.False(own["allowPrivilegeEscalation"]!.GetValue<bool>(), subject);
            Assert.True(own["readOnlyRootFilesystem"]!.GetValue<bool>(), subject);
            Assert.Equal("""["ALL"]""", own["capabilities"]!["drop"]!.ToJsonString());
            Assert.NotNull(container["resources"]!["limits"]!["memory"]);
        }
    }

    static IEnumerable<(string Subject, JsonObject Pod)> Pods(string name) =>
        from item in Chart.Expected(name)
        let template = Template(item)
        where template is not null
        select (Chart.Subject(item), template["spec"]!.AsObject());

    static IEnumerable<JsonObject> PodLabels(JsonObject item) => Template(item)?["metadata"]?["labels"] is JsonObject labels ? [labels] : [];

    static JsonNode? Template(JsonObject item) => $"{item["kind"]}" switch
    {
        "Deployment" or "StatefulSet" => item["spec"]!["template"],
        "CronJob" => item["spec"]!["jobTemplate"]!["spec"]!["template"],
        _ => null,
    };

    static IEnumerable<JsonObject> Containers(JsonObject pod) => (pod["initContainers"]?.AsArray() ?? []).Concat(pod["containers"]!.AsArray()).Select(container => container!.AsObject());
}
