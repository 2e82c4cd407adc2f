using System.Globalization;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>How the objects of a server are called and marked.</summary>
static class ServerObjects
{
    /// <summary>The container of the game in the server's pod.</summary>
    public const string GameContainer = "game";

    public const string ManagedByLabel = "app.kubernetes.io/managed-by", InstanceLabel = "app.kubernetes.io/instance", ComponentLabel = "app.kubernetes.io/component";

    /// <summary>Values of <see cref="ComponentLabel"/>.</summary>
    public const string Server = "server", Install = "install", Files = "files";

    public const string IdAnnotation = "panel.dev/server-id", NameAnnotation = "panel.dev/name", OwnerAnnotation = "panel.dev/owner", TemplateAnnotation = "panel.dev/template";

    /// <summary>What is kept of a server's row, as JSON: a lost database is rebuilt from it.</summary>
    public const string RecordAnnotation = "panel.dev/record";

    /// <summary>Counts starts; on the pod template, so that a pod tells which start it is of.</summary>
    public const string StartsAnnotation = "panel.dev/starts";

    /// <summary>A hash of the pod template without <see cref="StartsAnnotation"/>: a pod with another one was started with older settings.</summary>
    public const string TemplateHashAnnotation = "panel.dev/template-hash";

    /// <summary>Stands on a StatefulSet whose making is not complete, see the adapter.</summary>
    public const string UnfinishedAnnotation = "panel.dev/unfinished";

    /// <summary>Bytes that a volume's files take, where the cluster measures them.</summary>
    public const string UsedBytesAnnotation = "panel.dev/used-bytes";

    /// <summary>Why a claim could not grow, in the cluster's words.</summary>
    public const string GrowthRefusedAnnotation = "panel.dev/growth-refused";

    /// <summary>Which install a Job is.</summary>
    public const string AttemptAnnotation = "panel.dev/attempt";

    /// <summary>Chooses everything of Panel's.</summary>
    public const string Ours = ManagedByLabel + "=panel";

    public static string Claim(string objectName) => objectName + "-data";

    public static string Secret(string objectName) => objectName + "-env";

    public static string Pod(string objectName) => objectName + "-0";

    public static string FilesPod(string objectName) => objectName + "-files";

    public static string InstallJob(string objectName, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{objectName}-install-{attempt}");

    /// <summary>Labels of an object of a server.</summary>
    public static Dictionary<string, string> Labels(string objectName, string component) => new()
    {
        ["app.kubernetes.io/name"] = "game-server",
        ["app.kubernetes.io/part-of"] = "panel",
        [ManagedByLabel] = "panel",
        [InstanceLabel] = objectName,
        [ComponentLabel] = component,
    };

    /// <summary>The server that an object belongs to; null when it belongs to none.</summary>
    public static string? InstanceOf(KubeObject item) => item.Metadata.Labels?.GetValueOrDefault(InstanceLabel);

    /// <summary>Which part of its server an object is.</summary>
    public static string? ComponentOf(KubeObject item) => item.Metadata.Labels?.GetValueOrDefault(ComponentLabel);

    /// <summary>An annotation, or null.</summary>
    public static string? Annotation(ObjectMeta metadata, string key) => metadata.Annotations?.GetValueOrDefault(key);
}
