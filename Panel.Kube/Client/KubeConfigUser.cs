using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Panel.Kube.Client;

/// <summary>Reads the user of a kubeconfig: the ways to sign in, of which one may be named.</summary>
/// <remarks>The rules of client-go, https://github.com/kubernetes/client-go/blob/master/tools/clientcmd/validation.go</remarks>
static class KubeConfigUser
{
    /// <summary>What the user's fields say; the address is still to be set.</summary>
    /// <param name="fields">The file of the user.</param>
    /// <param name="user">The user; null for nobody.</param>
    /// <param name="there">The file of the cluster.</param>
    /// <param name="cluster">The cluster.</param>
    public static KubeConfig Read(KubeConfigFields fields, YamlMappingNode? user, KubeConfigFields there, YamlMappingNode cluster)
    {
        if (user is not null && KubeConfigFields.Has(user, "auth-provider")) throw fields.Fault("auth-provider", "is not supported: name the provider's program under exec");
        var (token, tokenFile) = (fields.Text(user, "token"), fields.File(user, "tokenFile"));
        var (name, password) = (fields.Text(user, "username"), fields.Text(user, "password"));
        var exec = Exec(fields, fields.Mapping(user, "exec"), there, cluster);
        string[] ways = [.. new[] { (token ?? tokenFile) is null ? null : "token", name is null ? null : "username", exec is null ? null : "exec" }.OfType<string>()];
        if (ways.Length > 1) throw fields.Fault(ways[1], $"stands beside {ways[0]}: a user has one way to sign in");
        if (tokenFile is not null && !File.Exists(tokenFile)) throw fields.Fault("tokenFile", $"{tokenFile} does not exist");
        return new()
        {
            Server = new("http://unset"),
            Token = token,
            TokenFile = tokenFile,
            Basic = name is null ? null : (name, password ?? ""),
            ClientCertificate = ClientPair(fields, fields.Bytes(user, "client-certificate"), fields.Bytes(user, "client-key")),
            Exec = exec,
            Impersonate = Impersonate(fields, user),
        };
    }

    static Impersonation? Impersonate(KubeConfigFields fields, YamlMappingNode? user)
    {
        var (name, uid) = (fields.Text(user, "as"), fields.Text(user, "as-uid"));
        var groups = fields.Texts(user, "as-groups");
        var extra = fields.Mapping(user, "as-user-extra") is not { } more ? [] : more.Children.Keys.OfType<YamlScalarNode>()
            .SelectMany(key => fields.Texts(more, key.Value!).Select(value => KeyValuePair.Create(key.Value!, value))).ToList();
        // the framework folds the values of such a header into one line, which a server reads as one group
        if (groups.Count > 1) throw fields.Fault("as-groups", "names several groups; one can be told");
        if (extra.GroupBy(pair => pair.Key).Any(values => values.Count() > 1)) throw fields.Fault("as-user-extra", "has several values of a key; one can be told");
        if (name is not null) return new(name, uid, groups is [var group] ? group : null, extra);
        return uid is null && groups.Count == 0 && extra.Count == 0 ? null : throw fields.Fault("as", "is missing beside as-uid, as-groups or as-user-extra");
    }

    static ExecPlugin? Exec(KubeConfigFields fields, YamlMappingNode? exec, KubeConfigFields there, YamlMappingNode cluster)
    {
        if (exec is null) return null;
        var version = fields.Required(exec, "apiVersion");
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1")) throw fields.Fault("exec.apiVersion", $"'{version}' is not known; v1 and v1beta1 of client.authentication.k8s.io are");
        if (fields.Text(exec, "interactiveMode") == "Always") throw fields.Fault("exec.interactiveMode", "is Always: a server has nobody to ask");
        var command = fields.Required(exec, "command");
        return new()
        {
            // one with a slash counts from the directory of the kubeconfig
            Command = command.Contains('/', StringComparison.Ordinal) ? fields.File(exec, "command")! : command,
            Arguments = fields.Texts(exec, "args"),
            Environment = fields.Items(exec, "env").ToDictionary(item => fields.Required(item, "name"), item => fields.Text(item, "value") ?? ""),
            ApiVersion = version,
            InstallHint = fields.Text(exec, "installHint"),
            Cluster = fields.Flag(exec, "provideClusterInfo") ? ClusterOf(there, cluster) : null,
        };
    }

    static JsonObject ClusterOf(KubeConfigFields fields, YamlMappingNode cluster)
    {
        var told = new JsonObject { ["server"] = fields.Text(cluster, "server") };
        if (fields.Text(cluster, "tls-server-name") is { } name) told["tls-server-name"] = name;
        if (fields.Flag(cluster, "insecure-skip-tls-verify")) told["insecure-skip-tls-verify"] = true;
        if (fields.Bytes(cluster, "certificate-authority") is { } authority) told["certificate-authority-data"] = Convert.ToBase64String(authority);
        if (fields.Text(cluster, "proxy-url") is { } proxy) told["proxy-url"] = proxy;
        return told;
    }

    static X509Certificate2? ClientPair(KubeConfigFields fields, byte[]? certificate, byte[]? key)
    {
        if (certificate is null && key is null) return null;
        if (certificate is null) throw fields.Fault("client-certificate", "is missing beside client-key");
        if (key is null) throw fields.Fault("client-key", "is missing beside client-certificate");
        try
        {
            return X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(certificate), Encoding.ASCII.GetString(key));
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw fields.Fault("client-certificate", $"and client-key are no pair of PEM texts ({failure.Message})");
        }
    }
}
