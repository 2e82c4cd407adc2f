using System.Globalization;
using System.Text;
using Panel.Core.Servers;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

static partial class ServerManifests
{
    /// <summary>Scripts unpack and compile what a small server does not need afterwards.</summary>
    const int InstallMemoryMiB = 1024;

    /// <summary>Bytes of one argument, a little below what Linux takes (MAX_ARG_STRLEN, 128 KiB).</summary>
    const int MaxArgument = 120 * 1024;

    /// <summary>Runs a script as the root of its container and gives what it leaves to the game's user, whatever became of the script.</summary>
    const string AsRoot = """code=0; "$0" "$@" || code=$?; chown -hR 1000:1000 /mnt/server || [ $code -ne 0 ] || code=1; exit $code""";

    /// <summary>Puts a script together that is too long for one argument.</summary>
    const string Together = """program=$0; printf '%s' "$@" > /tmp/panel-install && exec "$program" /tmp/panel-install""";

    /// <summary>The Job that puts the server's files in place.</summary>
    public static Job Install(ServerSpec spec, KubeOptions options)
    {
        var install = spec.Install ?? throw new ArgumentException("The server has no install script.", nameof(spec));
        var root = install.Root && options.AllowsRootInstalls;
        var container = new Container
        {
            Name = ServerObjects.Install,
            Image = install.Image.TrimStart('~'),
            ImagePullPolicy = install.Image.StartsWith('~') ? "Never" : null,
            Command = [.. (root ? ["sh", "-c", AsRoot, .. Script(install)] : Script(install)).Select(Literal)],
            WorkingDir = "/mnt/server",
            Env = Variables(spec),
            Resources = Limits(spec, options, InstallMemoryMiB),
            VolumeMounts = [new() { Name = "data", MountPath = "/mnt/server" }],
            TerminationMessagePolicy = "FallbackToLogsOnError",   // why it failed is its last line
            SecurityContext = root ? Restricted.RootContainer() : Restricted.Container(),
        };
        var pod = Restricted.Pod(spec.ObjectName, container, spec.NodePool);
        pod.RestartPolicy = "Never";
        pod.TerminationGracePeriodSeconds = 5;
        if (install.WipeFiles) pod.InitContainers = [Wipe(options)];
        var job = new Job
        {
            Metadata = Metadata(spec, ServerObjects.InstallJob(spec.ObjectName, install.Attempt), ServerObjects.Install),
            Spec = new()
            {
                BackoffLimit = 0,   // a script that failed half-way is tried again by a person, who has read why
                ActiveDeadlineSeconds = 7200,
                Template = new() { Metadata = new() { Labels = ServerObjects.Labels(spec.ObjectName, ServerObjects.Install) }, Spec = pod },
            },
        };
        job.Metadata.Annotations![ServerObjects.AttemptAnnotation] = install.Attempt.ToString(CultureInfo.InvariantCulture);
        return job;
    }

    static List<string> Script(InstallSpec install)
    {
        if (Encoding.UTF8.GetByteCount(install.Script) <= MaxArgument) return [install.Entrypoint, "-c", install.Script];
        // a third of the bytes in letters: none has more than three in UTF-8, and a pair of surrogates has four
        var script = install.Script;
        var pieces = new List<string> { "sh", "-c", Together, install.Entrypoint };
        for (var at = 0; at < script.Length;)
        {
            var end = Math.Min(script.Length, at + (MaxArgument / 3));
            if (end < script.Length && char.IsHighSurrogate(script[end - 1])) end--;
            pieces.Add(script[at..end]);
            at = end;
        }
        return pieces;
    }

    static Container Wipe(KubeOptions options) => new()
    {
        Name = "wipe",
        Image = options.Tools,
        Command = ["find", "/mnt/server", "-mindepth", "1", "-delete"],
        Resources = new() { Requests = new() { ["cpu"] = "10m", ["memory"] = "32Mi" }, Limits = new() { ["cpu"] = "500m", ["memory"] = "128Mi" } },
        VolumeMounts = [new() { Name = "data", MountPath = "/mnt/server" }],
        SecurityContext = Restricted.Container(),
    };
}
