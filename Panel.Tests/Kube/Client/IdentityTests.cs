using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Panel.Kube;
using Panel.Kube.Client;
using Panel.Kube.Wire;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Client;

/// <summary>The ways to sign in at an API server, each against a server that looks at what comes.</summary>
public sealed class IdentityTests : IAsyncLifetime
{
    readonly TempFolder folder = new();
    readonly SignInApi api = new();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await api.StartAsync();

    [Fact]
    public async Task A_program_is_asked_once_and_again_when_its_token_runs_out_or_is_refused()
    {
        Program("""
            echo run >> "$HERE/runs"
            n=$(wc -l < "$HERE/runs")
            case $n in 1) end=$(date -u -d '+12 seconds' +%Y-%m-%dT%H:%M:%SZ);; *) end=2999-01-01T00:00:00Z;; esac
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-%s","expirationTimestamp":"%s"}}' "$n" "$end"
            """);
        using var connection = Connect(Exec());
        var client = new KubeClient(connection);
        await AskAsync(client);
        await AskAsync(client);
        Assert.Equal(["Bearer token-1", "Bearer token-1"], api.Seen("Authorization"));

        // ten seconds before its end a token counts as gone
        await Deadline.UntilAsync("another token", async () =>
        {
            await AskAsync(client);
            return api.Seen("Authorization")[^1] == "Bearer token-2";
        });
        api.Refuse("Bearer token-2");
        await AskAsync(client);
        Assert.Equal("Bearer token-3", api.Seen("Authorization")[^1]);
        Assert.Equal(3, (await File.ReadAllLinesAsync(folder["runs"], Stop)).Length);
    }

    [Fact]
    public async Task A_program_gets_its_arguments_its_environment_and_the_cluster()
    {
        Program("""
            printf '%s\n' "$@" "$REGION" "$KUBERNETES_EXEC_INFO" > "$HERE/told"
            printf '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"}}'
            """);
        using var connection = Connect(Exec("args: ['a b', '$(c)'], provideClusterInfo: true, "));
        await AskAsync(new(connection));
        var told = await File.ReadAllLinesAsync(folder["told"], Stop);
        Assert.Equal(["a b", "$(c)", "north"], told[..3]);
        Assert.Contains("\"interactive\":false", told[3]);
        Assert.Contains($"\"server\":\"{api.Address.OriginalString}\"", told[3]);
    }

    [Fact]
    public async Task Certificates_of_a_program_are_shown_and_a_new_one_on_new_connections()
    {
        foreach (var name in (string[])["one", "two"])
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            await File.WriteAllTextAsync(folder[$"{name}.crt"], certificate.ExportCertificatePem().ReplaceLineEndings("\\n"), Stop);
            await File.WriteAllTextAsync(folder[$"{name}.key"], key.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\\n"), Stop);
        }
        Program("""
            if [ -e "$HERE/second" ]; then name=two; else name=one; touch "$HERE/second"; fi
            printf '{"apiVersion":"client.authentication.k8s.io/v1","status":{"clientCertificateData":"%s","clientKeyData":"%s"}}' "$(cat "$HERE/$name.crt")" "$(cat "$HERE/$name.key")"
            """);
        using var connection = Connect(Exec());
        var client = new KubeClient(connection);
        await AskAsync(client);
        await AskAsync(client);
        api.Refuse("CN=one");
        await AskAsync(client);
        Assert.Equal(["CN=one", "CN=one", "CN=one", "CN=two"], api.Seen("certificate"));
    }

    [Theory]
    [InlineData("echo 'no such profile' >&2; exit 3", "ended with 3: no such profile")]
    [InlineData("echo secret-thing", "is no ExecCredential")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"secret-thing\"}}'", "not in 'client.authentication.k8s.io/v1'")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "neither a token nor a certificate")]
    public async Task A_program_that_fails_is_named_without_what_it_said(string script, string words)
    {
        Program(script);
        using var connection = Connect(Exec());
        var fault = await Assert.ThrowsAsync<KubeConfigException>(() => AskAsync(new(connection)));
        Assert.Contains(words, fault.Message);
        Assert.DoesNotContain("secret-thing", fault.Message);
    }

    [Fact]
    public async Task A_program_that_is_missing_is_named_with_its_hint()
    {
        using var connection = Connect(Exec("installHint: 'Install the tool first.', "));
        var fault = await Assert.ThrowsAsync<KubeConfigException>(() => AskAsync(new(connection)));
        Assert.Contains("login", fault.Message);
        Assert.EndsWith("Install the tool first.", fault.Message);
    }

    [Fact]
    public async Task Another_name_is_told_with_each_request_and_each_WebSocket()
    {
        using var connection = Connect("token: t, as: ann, as-uid: '7', as-groups: [players], as-user-extra: { 'example.org/scope': [a] }");
        var client = new KubeClient(connection);
        await AskAsync(client);
        await Assert.ThrowsAnyAsync<Exception>(() => client.ConnectAsync("/api/v1/namespaces/x/pods/y/exec", Stop));
        Assert.Equal(["ann", "ann"], api.Seen("Impersonate-User"));
        Assert.Equal(["7", "7"], api.Seen("Impersonate-Uid"));
        Assert.Equal(["players", "players"], api.Seen("Impersonate-Group"));
        Assert.Equal(["a", "a"], api.Seen("Impersonate-Extra-example.org%2Fscope"));
    }

    public async ValueTask DisposeAsync()
    {
        await api.DisposeAsync();
        folder.Dispose();
    }

    static Task<Pod?> AskAsync(KubeClient client) => client.FindAsync(Kinds.Pods, "x", "y", Stop);

    void Program(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The program is a shell script.");
        File.WriteAllText(folder["login"], $"#!/bin/sh\nHERE='{folder.Path}'\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder["login"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    static string Exec(string more = "") => $"exec: {{ command: ./login, apiVersion: client.authentication.k8s.io/v1, {more}env: [{{ name: REGION, value: north }}], interactiveMode: Never }}";

    KubeConnection Connect(string user)
    {
        File.WriteAllText(folder["config"], string.Create(CultureInfo.InvariantCulture, $$"""
            current-context: c
            clusters: [{ name: k, cluster: { server: '{{api.Address.OriginalString}}', insecure-skip-tls-verify: true } }]
            contexts: [{ name: c, context: { cluster: k, user: u } }]
            users: [{ name: u, user: { {{user}} } }]
            """));
        return new(Options.Create(new KubeOptions { Kubeconfig = folder["config"], RequestSeconds = 10 }), TimeProvider.System, NullLogger<KubeConnection>.Instance);
    }
}
