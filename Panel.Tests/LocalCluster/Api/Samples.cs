namespace Panel.Tests.LocalCluster.Api;

/// <summary>Documents that tests send.</summary>
static class Samples
{
    public const string Maps = "/api/v1/namespaces/default/configmaps";
    public const string Pods = "/api/v1/namespaces/default/pods";
    public const string Sets = "/apis/apps/v1/namespaces/default/statefulsets";
    public const string Claims = "/api/v1/namespaces/default/persistentvolumeclaims";

    public static string Map(string name, string labels = "{}", string data = "{}") => $$$$$$"""{"metadata":{"name":"{{{{{{name}}}}}}","labels":{{{{{{labels}}}}}}},"data":{{{{{{data}}}}}}}""";

    public static string Pod(string name, string more = "") => $$$$$$"""{"metadata":{"name":"{{{{{{name}}}}}}"},"spec":{"containers":[{"name":"game","image":"a:1"}]{{{{{{more}}}}}}}}""";

    public static string Set(string name, string replicas = "1") => $$$$$$"""
        {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"{{{{{{name}}}}}}"},"spec":{"replicas":{{{{{{replicas}}}}}},"serviceName":"{{{{{{name}}}}}}","selector":{"matchLabels":{"app":"{{{{{{name}}}}}}"}},
        "template":{"metadata":{"labels":{"app":"{{{{{{name}}}}}}"}},"spec":{"containers":[{"name":"game","image":"a:1","env":[{"name":"A","value":"1"}],"ports":[{"containerPort":1}]}]}}}}
        """;

    public static string Claim(string name, string size) => $$$$$$"""{"metadata":{"name":"{{{{{{name}}}}}}"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"{{{{{{size}}}}}}"}}}}""";
}
