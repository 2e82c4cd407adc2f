using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Panel.Kube.Client;

/// <summary>A program that tells who we are, as a kubeconfig names it. Only the file that the operator's settings name is ever read, so that nobody else can have a program run.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins</remarks>
public sealed record ExecPlugin
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    const int MaxOutput = 1 << 20;

    /// <summary>The program: a name that is looked up in the path, or a path.</summary>
    public required string Command { get; init; }
    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
    /// <summary>What is set beside the panel's own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
    /// <summary>The form of what it says, such as <c>client.authentication.k8s.io/v1</c>.</summary>
    public required string ApiVersion { get; init; }
    /// <summary>What helps when the program is missing.</summary>
    public string? InstallHint { get; init; }
    /// <summary>The cluster, where the program is to be told of it.</summary>
    public JsonObject? Cluster { get; init; }

    /// <summary>Runs the program and reads what it says.</summary>
    /// <exception cref="KubeConfigException">It cannot be started, fails, takes more than a minute, or says nothing of use. What it printed is told only where it is an error.</exception>
    internal async Task<ExecCredential> RunAsync(CancellationToken cancellation)
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (Cluster is not null) spec["cluster"] = Cluster.DeepClone();
        var start = new ProcessStartInfo(Command, Arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (key, value) in Environment) start.Environment[key] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec }.ToJsonString();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new KubeConfigException($"exec: {Command} cannot be started ({failure.Message}).{(InstallHint is null ? "" : $" {InstallHint.Trim()}")}", failure);
        }
        try
        {
            process.StandardInput.Close();
            var (said, complaint) = (ReadAsync(process.StandardOutput, limit.Token), ReadAsync(process.StandardError, limit.Token));
            await Task.WhenAll(said, complaint, process.WaitForExitAsync(limit.Token));
            if (process.ExitCode != 0) throw new KubeConfigException($"exec: {Command} ended with {process.ExitCode}: {await complaint}");
            return Parse(await said);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new KubeConfigException($"exec: {Command} did not end within {Patience.TotalSeconds:0} s.");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellation)
    {
        var (text, buffer) = (new StringBuilder(), new char[4096]);
        while (await reader.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if (text.Length < MaxOutput) text.Append(buffer, 0, read);
        }
        return text.ToString().Trim();
    }

    ExecCredential Parse(string said)
    {
        try
        {
            var reply = JsonNode.Parse(said);
            if (reply?["apiVersion"]?.GetValue<string>() is var version && version != ApiVersion) throw Fault($"answered in '{version}', not in '{ApiVersion}'");
            var status = reply?["status"] ?? throw Fault("said no status");
            var (token, certificate, key) = (Text("token"), Text("clientCertificateData"), Text("clientKeyData"));
            if (token is null && certificate is null) throw Fault("gave neither a token nor a certificate");
            if (certificate is null != key is null) throw Fault("gave a certificate without its key, or a key without its certificate");
            var expires = Text("expirationTimestamp") is { } at ? DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture) : (DateTimeOffset?)null;
            return new(token, certificate is null ? null : X509Certificate2.CreateFromPem(certificate, key), expires);

            string? Text(string name) => status[name]?.GetValue<string>() is { Length: > 0 } text ? text : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException or CryptographicException)
        {
            // not the text itself: it may hold the token
            throw Fault($"said what is no ExecCredential ({failure.GetType().Name})");
        }
    }

    KubeConfigException Fault(string what) => new($"exec: {Command} {what}.");
}

/// <summary>What a program told: who we are, until when.</summary>
sealed record ExecCredential(string? Token, X509Certificate2? Certificate, DateTimeOffset? Expires);
