using System.Text.Json.Nodes;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubectl;

/// <summary><c>create</c>, <c>apply</c>, <c>patch</c>, <c>edit</c>, <c>scale</c>, <c>label</c>, <c>annotate</c>, <c>delete</c>, <c>wait</c>, <c>rollout</c>.</summary>
[Trait("Lane", "cluster")]
public sealed class KubectlWriteTests(KubectlCluster cluster)
{
    // kubectl sends these as protobuf
    [Theory]
    [InlineData("configmap one --from-literal=a=b", "configmap/one created", "cm one {.data.a}", "b")]
    [InlineData("secret generic one --from-literal=a=b", "secret/one created", "secret one {.data.a}", "Yg==")]
    [InlineData("serviceaccount one", "serviceaccount/one created", "sa one {.metadata.name}", "one")]
    [InlineData("service nodeport one --tcp=80:8080 --node-port=30008", "service/one created", "svc one {.spec.ports[0].targetPort}/{.spec.ports[0].nodePort}", "8080/30008")]
    [InlineData("quota one --hard=pods=5,requests.storage=5Gi", "resourcequota/one created", "quota one {.spec.hard.requests\\.storage}", "5Gi")]
    [InlineData("role one --verb=get,list --resource=pods,statefulsets.apps", "role.rbac.authorization.k8s.io/one created", "role one {.rules[1].apiGroups[0]}", "apps")]
    [InlineData("rolebinding one --clusterrole=view --user=jane", "rolebinding.rbac.authorization.k8s.io/one created", "rolebinding one {.subjects[0].kind}", "User")]
    [InlineData("job one --image=panel/tools:1 -- sh -c true", "job.batch/one created", "job one {.spec.template.spec.containers[0].command[2]}", "true")]
    [InlineData("ingress one --rule=a.example/x=web:80 --class=nginx", "ingress.networking.k8s.io/one created", "ingress one {.spec.rules[0].http.paths[0].backend.service.port.number}", "80")]
    [InlineData("cronjob one --image=panel/tools:1 --schedule=@daily", "cronjob.batch/one created", "cronjob one {.spec.jobTemplate.spec.template.spec.restartPolicy}", "OnFailure")]
    [InlineData("pdb one --selector=app=x --min-available=50%", "poddisruptionbudget.policy/one created", "pdb one {.spec.minAvailable}", "50%")]
    public async Task Create_makes_an_object(string command, string said, string read, string expected)
    {
        await using var space = await cluster.OpenAsync();

        Assert.Equal(said, (await space.OkAsync(["create", .. command.Split(' ')])).Trim());

        var query = read.Split(' ');
        Assert.Equal(expected, await space.OkAsync("get", query[0], query[1], "-o", "jsonpath=" + query[2]));
        var again = await space.RunAsync(["create", .. command.Split(' ')]);
        Assert.Equal(1, again.Code);
        Assert.Contains("already exists", again.Errors);
    }

    [Fact]
    public async Task What_is_only_kept_says_so_and_what_is_not_there_too()
    {
        await using var space = await cluster.OpenAsync();

        var kept = await space.RunAsync("create", "deployment", "one", "--image=panel/tools:1", "--replicas=0");
        var absent = await space.FeedAsync("""{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"one"}}""", "apply", "-f", "-");

        Assert.Equal((0, "deployment.apps/one created"), (kept.Code, kept.Output.Trim()));
        Assert.Contains("Warning: deployments are kept and not run on the local cluster", kept.Errors);
        Assert.Equal("0", await space.OkAsync("get", "deployment", "one", "-o", "jsonpath={.spec.replicas}"));
        Assert.Contains("no matches for kind \"DaemonSet\" in version \"apps/v1\"", absent.Errors);
        Assert.Contains("the server doesn't have a resource type \"daemonsets\"", (await space.RunAsync("get", "daemonsets")).Errors);
    }

    [Fact]
    public async Task Apply_on_the_client_creates_changes_prunes_fields_and_leaves_alone()
    {
        await using var space = await cluster.OpenAsync();

        Assert.Contains("created", await space.ApplyAsync(Map("""{"a":"1","b":"2"}""")));
        Assert.Contains("unchanged", await space.ApplyAsync(Map("""{"a":"1","b":"2"}""")));
        await space.OkAsync("patch", "cm", "one", "-p", """{"data":{"mine":"kept"}}""");
        Assert.Contains("configured", await space.ApplyAsync(Map("""{"a":"3"}""")));
        Assert.Equal("""{"a":"3","mine":"kept"}""", await space.OkAsync("get", "cm", "one", "-o", "jsonpath={.data}"));
        Assert.Contains("-  a: \"3\"", (await space.FeedAsync(Map("""{"a":"4"}"""), "diff", "-f", "-")).Output);
        Assert.Contains("(server dry run)", await space.ApplyAsync(Map("""{"a":"5"}"""), "--dry-run=server"));
        Assert.Equal("3", await space.OkAsync("get", "cm", "one", "-o", "jsonpath={.data.a}"));
    }

    [Fact]
    public async Task Apply_on_the_server_keeps_managers_apart()
    {
        await using var space = await cluster.OpenAsync();

        Assert.Contains("serverside-applied", await space.ApplyAsync(Map("""{"a":"1","b":"1"}"""), "--server-side", "--field-manager=first"));
        await space.ApplyAsync(Map("""{"c":"1"}"""), "--server-side", "--field-manager=second");
        var refused = await space.FeedAsync(Map("""{"a":"2","c":"1"}"""), "apply", "--server-side", "--field-manager=second", "-f", "-");
        Assert.Equal(1, refused.Code);
        Assert.Contains("Apply failed with 1 conflict: conflict with \"first\": .data.a", refused.Errors);
        await space.ApplyAsync(Map("""{"a":"2","c":"1"}"""), "--server-side", "--field-manager=second", "--force-conflicts");
        await space.ApplyAsync(Map("""{"b":"1"}"""), "--server-side", "--field-manager=first");
        await space.ApplyAsync(Map("""{"c":"1"}"""), "--server-side", "--field-manager=second");

        var map = JsonNode.Parse(await space.OkAsync("get", "cm", "one", "-o", "json", "--show-managed-fields"))!;
        Assert.Equal("""{"b":"1","c":"1"}""", map["data"]!.ToJsonString());
        Assert.Equal(
            ["first Apply {\"f:data\":{\"f:b\":{}}}", "second Apply {\"f:data\":{\"f:c\":{}}}"],
            map["metadata"]!["managedFields"]!.AsArray().Select(entry => $"{entry!["manager"]} {entry["operation"]} {entry["fieldsV1"]!.ToJsonString()}"));
    }

    [Theory]
    [InlineData("strategic", """{"spec":{"template":{"spec":{"containers":[{"name":"game","env":[{"name":"B","value":"2"}]}]}}}}""", "A=1 B=2 ")]
    [InlineData("merge", """{"spec":{"template":{"spec":{"containers":[{"name":"game","image":"panel/tools:1","env":[{"name":"B","value":"2"}]}]}}}}""", "B=2 ")]
    [InlineData("json", """[{"op":"replace","path":"/spec/template/spec/containers/0/env/0/value","value":"9"}]""", "A=9 ")]
    public async Task Patch_changes_in_three_ways(string type, string patch, string variables)
    {
        await using var space = await cluster.OpenAsync();
        await space.ApplyAsync(Set(replicas: 0));

        Assert.Equal("statefulset.apps/one patched", (await space.OkAsync("patch", "sts", "one", "--type", type, "-p", patch)).Trim());

        Assert.Equal(variables, Ordered(await space.OkAsync("get", "sts", "one", "-o", "jsonpath={range .spec.template.spec.containers[0].env[*]}{.name}={.value} {end}")));
        Assert.Contains("(no change)", await space.OkAsync("patch", "sts", "one", "--type", "merge", "-p", "{}"));
    }

    [Fact]
    public async Task Edit_saves_what_the_editor_wrote_and_asks_again_when_it_is_wrong()
    {
        await using var space = await cluster.OpenAsync();
        await space.ApplyAsync(Map("""{"a":"before"}"""));
        await EditorAsync(space, "sed -i s/before/after/ \"$1\"");

        Assert.Equal("configmap/one edited", (await space.OkAsync("edit", "cm", "one")).Trim());
        Assert.Equal("after", await space.OkAsync("get", "cm", "one", "-o", "jsonpath={.data.a}"));
        await EditorAsync(space, "exit 0");
        Assert.Contains("Edit cancelled", (await space.RunAsync("edit", "cm", "one")).Errors);
        await EditorAsync(space, "sed -i 's/name: one/name: two/' \"$1\"");
        Assert.Equal(1, (await space.RunAsync("edit", "cm", "one")).Code);
    }

    [Fact]
    public async Task Scale_rollout_and_wait_follow_a_stateful_set()
    {
        await using var space = await cluster.OpenAsync();
        await space.ApplyAsync(Set(replicas: 1));

        Assert.Contains("roll out complete", await space.OkAsync("rollout", "status", "sts/one", "--timeout=30s"));
        Assert.Equal("statefulset.apps/one scaled", (await space.OkAsync("scale", "sts", "one", "--replicas=2", "--current-replicas=1")).Trim());
        await space.OkAsync("wait", "--for=jsonpath={.status.readyReplicas}=2", "sts/one", "--timeout=30s");
        Assert.Contains("Expected replicas to be 5, was 2", (await space.RunAsync("scale", "sts", "one", "--replicas=1", "--current-replicas=5")).Errors);
        var before = await space.OkAsync("get", "pod", "one-0", "-o", "jsonpath={.metadata.uid}");
        Assert.Equal("statefulset.apps/one restarted", (await space.OkAsync("rollout", "restart", "sts/one")).Trim());
        await space.OkAsync("rollout", "status", "sts/one", "--timeout=30s");
        Assert.NotEqual(before, await space.OkAsync("get", "pod", "one-0", "-o", "jsonpath={.metadata.uid}"));
        await space.OkAsync("wait", "--for=condition=Ready", "pod", "-l", "app=one", "--timeout=30s");
        var gone = space.OkAsync("wait", "--for=delete", "pod/one-1", "--timeout=30s");
        await space.OkAsync("scale", "sts", "one", "--replicas=1");
        Assert.Contains("pod/one-1 condition met", await gone);
        Assert.Contains("timed out waiting", (await space.RunAsync("wait", "--for=condition=Odd", "pod/one-0", "--timeout=1s")).Errors);
    }

    [Fact]
    public async Task Label_and_annotate_set_refuse_to_overwrite_and_remove()
    {
        await using var space = await cluster.OpenAsync();
        await space.ApplyAsync(Map("{}"));

        Assert.Equal("configmap/one labeled", (await space.OkAsync("label", "cm", "one", "tier=a")).Trim());
        Assert.Contains("already has a value", (await space.RunAsync("label", "cm", "one", "tier=b")).Errors);
        await space.OkAsync("label", "cm", "one", "tier=b", "--overwrite");
        Assert.Equal("b", await space.OkAsync("get", "cm", "one", "-o", "jsonpath={.metadata.labels.tier}"));
        Assert.Equal("configmap/one unlabeled", (await space.OkAsync("label", "cm", "one", "tier-")).Trim());
        await space.OkAsync("annotate", "cm", "one", "note=long text");
        Assert.Equal("long text", await space.OkAsync("get", "cm", "one", "-o", "jsonpath={.metadata.annotations.note}"));
        await space.OkAsync("annotate", "cm", "one", "note-");
        Assert.Contains("invalid label value", (await space.RunAsync("label", "cm", "one", "tier=not a label")).Errors);
        Assert.Contains("a valid label must", (await space.RunAsync("patch", "cm", "one", "-p", """{"metadata":{"labels":{"tier":"not a label"}}}""")).Errors);
    }

    [Fact]
    public async Task Delete_waits_for_the_grace_and_takes_or_leaves_dependents()
    {
        await using var space = await cluster.OpenAsync();
        await space.ApplyAsync(Set(replicas: 1));
        await space.OkAsync("rollout", "status", "sts/one", "--timeout=30s");

        Assert.Contains("\"one\" deleted", await space.OkAsync("delete", "sts", "one", "--cascade=orphan"));
        Assert.Equal("Running", await space.OkAsync("get", "pod", "one-0", "-o", "jsonpath={.status.phase}"));
        await space.ApplyAsync(Set(replicas: 1));
        await space.OkAsync("wait", "--for=jsonpath={.status.readyReplicas}=1", "sts/one", "--timeout=20s");
        await space.OkAsync("delete", "sts", "one", "--cascade=foreground");
        Assert.Contains("NotFound", (await space.RunAsync("get", "pod", "one-0")).Errors);

        await space.RunPodAsync("slow", "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.1; done");
        await space.OkAsync("delete", "pod", "slow", "--wait=false", "--grace-period=20");
        Assert.Equal("20", await space.OkAsync("get", "pod", "slow", "-o", "jsonpath={.metadata.deletionGracePeriodSeconds}"));
        await space.OkAsync("wait", "--for=delete", "pod/slow", "--timeout=20s");
        await space.RunPodAsync("stubborn", "trap '' TERM; while :; do sleep 0.1; done");
        Assert.Contains("force deleted", await space.OkAsync("delete", "pod", "stubborn", "--force", "--grace-period=0"));
        Assert.Contains("NotFound", (await space.RunAsync("delete", "pod", "stubborn")).Errors);
        Assert.Equal("", await space.OkAsync("delete", "pod", "stubborn", "--ignore-not-found"));
        await space.ApplyAsync(Map("{}"));
        Assert.Contains("deleted", await space.OkAsync("delete", "cm", "--all"));
    }

    [Fact]
    public async Task Fields_without_effect_and_policies_are_warned_of()
    {
        await using var space = await cluster.OpenAsync();

        var said = await space.FeedAsync("""
            # not JSON
            { apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: one }, spec: { podSelector: {} } }
            ---
            { apiVersion: v1, kind: Pod, metadata: { name: one }, spec: { priorityClassName: high, containers: [{ name: game, image: "panel/tools:1", command: [sleep, "100"], imagePulPolicy: Never }] } }
            """, "apply", "-f", "-");

        Assert.Equal(0, said.Code);
        Assert.Contains("Warning: network policies are kept and not enforced on the local cluster", said.Errors);
        Assert.Contains("Warning: field \"spec.priorityClassName\" is kept and has no effect on the local cluster", said.Errors);
        Assert.Contains("Warning: field \"spec.containers[0].imagePulPolicy\" is kept", said.Errors);
    }

    static string Map(string data) => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{{{data}}}}""";

    static string Set(int replicas) => $$$"""
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: { name: one }
        spec:
          replicas: {{{replicas}}}
          podManagementPolicy: Parallel
          selector: { matchLabels: { app: one } }
          template:
            metadata: { labels: { app: one } }
            spec:
              terminationGracePeriodSeconds: 1
              containers: [ { name: game, image: "panel/tools:1", command: [ sleep, "1000" ], env: [ { name: A, value: "1" } ] } ]
        """;

    static string Ordered(string variables) => string.Concat(variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order().Select(variable => variable + " "));

    static async Task EditorAsync(KubectlSpace space, string script)
    {
        var path = space.File("editor");
        await File.WriteAllTextAsync(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
