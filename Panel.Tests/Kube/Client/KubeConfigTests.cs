using Panel.Kube.Client;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Client;

public sealed class KubeConfigTests : IDisposable
{
    const string Good = """
        apiVersion: v1
        kind: Config
        current-context: one
        clusters:
          - name: here
            cluster: { server: 'https://10.0.0.1:6443', tls-server-name: api.example.org, insecure-skip-tls-verify: true }
        contexts:
          - name: one
            context: { cluster: here, user: me, namespace: games }
          - name: nobody
            context: { cluster: here }
        users:
          - name: me
            user: { token: abc }
        """;

    readonly TempFolder folder = new();

    [Fact]
    public void A_context_tells_server_user_and_namespace()
    {
        var config = Load(Good);
        Assert.Equal(new Uri("https://10.0.0.1:6443"), config.Server);
        Assert.Equal(("abc", "games", "api.example.org", true), (config.Token, config.Namespace, config.TlsServerName, config.SkipTlsVerify));
        Assert.Null(Load(Good, "nobody").Token);
    }

    [Fact]
    public void Relative_paths_count_from_the_file()
    {
        File.WriteAllText(folder["my.token"], "t");
        Assert.Equal(folder["my.token"], Load(Good.Replace("token: abc", "tokenFile: my.token", StringComparison.Ordinal)).TokenFile);
    }

    [Theory]
    [InlineData("current-context: one", "current-context: two", "two", "contexts has no 'two'")]
    [InlineData("current-context: one", "x: y", null, "current-context names no context")]
    [InlineData("cluster: here, user", "cluster: there, user", "one", "clusters has no 'there'")]
    [InlineData("user: me", "user: you", "one", "users has no 'you'")]
    [InlineData("https://10.0.0.1:6443", "ftp://10.0.0.1", "one", "server 'ftp://10.0.0.1' is no http or https address")]
    [InlineData("server: 'https://10.0.0.1:6443', ", "", "one", "server is missing")]
    [InlineData("verify: true", "verify: maybe", "one", "insecure-skip-tls-verify is neither true nor false")]
    [InlineData("token: abc", "tokenFile: none", "one", "does not exist")]
    [InlineData("token: abc", "client-certificate-data: '???'", "one", "client-certificate-data is no base64")]
    [InlineData("token: abc", "client-certificate-data: AAAA", "one", "client-key is missing")]
    [InlineData("token: abc", "client-key: none.pem", "one", "client-key cannot be read")]
    [InlineData("token: abc", "client-certificate-data: AAAA, client-key-data: AAAA", "one", "are no pair of PEM texts")]
    [InlineData("token: abc", "token: abc, username: x", "one", "a user has one way to sign in")]
    [InlineData("token: abc", "exec: { command: x }", "one", "apiVersion is missing")]
    [InlineData("token: abc", "exec: { command: x, apiVersion: v2 }", "one", "exec.apiVersion 'v2' is not known")]
    [InlineData("token: abc", "exec: { apiVersion: client.authentication.k8s.io/v1 }", "one", "command is missing")]
    [InlineData("token: abc", "exec: { command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always }", "one", "a server has nobody to ask")]
    [InlineData("token: abc", "token: abc, exec: { command: x, apiVersion: client.authentication.k8s.io/v1 }", "one", "a user has one way to sign in")]
    [InlineData("token: abc", "token: abc, as-groups: [a]", "one", "as is missing beside as-uid")]
    [InlineData("token: abc", "token: abc, as: x, as-groups: a", "one", "as-groups is no list")]
    [InlineData("token: abc", "token: abc, as: x, as-groups: [a, b]", "one", "as-groups names several groups")]
    [InlineData("token: abc", "auth-provider: { name: gcp }", "one", "auth-provider is not supported")]
    [InlineData("token: abc", "token: [a, b]", "one", "token is not a text")]
    [InlineData("tls-server-name: api.example.org", "certificate-authority-data: AAAA", "one", "certificate-authority holds no PEM certificate")]
    public void A_fault_names_file_context_and_field(string from, string to, string? context, string words)
    {
        var fault = Assert.Throws<KubeConfigException>(() => Load(Good.Replace(from, to, StringComparison.Ordinal)));
        Assert.StartsWith(folder["config"] + (context is null ? "" : $", context '{context}'"), fault.Message, StringComparison.Ordinal);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("- a\n- b")]
    [InlineData("")]
    public void A_file_that_is_no_mapping_is_named(string text) =>
        Assert.StartsWith(folder["config"], Assert.Throws<KubeConfigException>(() => Load(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_named() => Assert.Contains("none", Assert.Throws<KubeConfigException>(() => KubeConfig.Load(folder["none"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Outside_a_cluster_there_is_no_service_account()
    {
        Assert.Contains("KUBERNETES_SERVICE_HOST", Assert.Throws<KubeConfigException>(() => KubeConfig.InCluster("", "")).Message, StringComparison.Ordinal);
        Assert.Contains("ca.crt", Assert.Throws<KubeConfigException>(() => KubeConfig.InCluster("::1", "443", folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_files_are_one_and_the_first_counts()
    {
        File.WriteAllText(folder["first"], """
            current-context: mixed
            contexts:
              - { name: mixed, context: { cluster: here, user: me, namespace: first } }
            users:
              - { name: me, user: { token: mine } }
            """);
        Directory.CreateDirectory(folder["sub"]);
        File.WriteAllText(Path.Combine(folder["sub"], "ca.pem"), "no certificate");
        File.WriteAllText(Path.Combine(folder["sub"], "second"), Good.Replace("current-context: one", "current-context: nobody", StringComparison.Ordinal));
        string[] files = [folder["none"], folder["first"], Path.Combine(folder["sub"], "second")];
        var config = KubeConfig.Load(files);
        Assert.Equal((new Uri("https://10.0.0.1:6443"), "mine", "first"), (config.Server, config.Token, config.Namespace));
        Assert.Equal(("mine", "games"), (KubeConfig.Load(files, "one").Token, KubeConfig.Load(files, "one").Namespace));   // its user is that of the first file
        Assert.Null(KubeConfig.Load([.. files.Reverse()]).Token);
        Assert.Equal("abc", KubeConfig.Load([.. files.Reverse()], "mixed").Token);
    }

    [Fact]
    public void Fault_in_one_of_several_files_names_that_file()
    {
        File.WriteAllText(folder["first"], "current-context: one\nusers: [{ name: me, user: { client-key: own.pem } }]");
        Directory.CreateDirectory(folder["sub"]);
        var second = Path.Combine(folder["sub"], "second");
        string Fault(string text)
        {
            File.WriteAllText(second, text);
            return Assert.Throws<KubeConfigException>(() => KubeConfig.Load([folder["first"], second])).Message;
        }
        Assert.Equal($"{second}, context 'one': server 'ftp://x' is no http or https address.", Fault(Good.Replace("https://10.0.0.1:6443", "ftp://x", StringComparison.Ordinal).Replace("user: me, ", "", StringComparison.Ordinal)));
        Assert.StartsWith($"{second}, context 'one': certificate-authority cannot be read (Could not find file '{folder["sub"]}", Fault(Good.Replace("tls-server-name: api.example.org", "certificate-authority: ca.pem", StringComparison.Ordinal).Replace("user: me, ", "", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.StartsWith($"{folder["first"]}, context 'one': client-key cannot be read", Fault(Good), StringComparison.Ordinal);
        Assert.Equal($"{folder["first"]}, context 'one': clusters has no 'there', nor do those of {second}.", Fault(Good.Replace("cluster: here, user", "cluster: there, user", StringComparison.Ordinal)));
        Assert.StartsWith(second, Fault("a: ["), StringComparison.Ordinal);
        Assert.Equal($"{folder["x"]}, {folder["y"]}: there is none of these files.", Assert.Throws<KubeConfigException>(() => KubeConfig.Load([folder["x"], folder["y"]])).Message);
    }

    public void Dispose() => folder.Dispose();

    KubeConfig Load(string text, string? context = null)
    {
        File.WriteAllText(folder["config"], text);
        return KubeConfig.Load(folder["config"], context);
    }
}
