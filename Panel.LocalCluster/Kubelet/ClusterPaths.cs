using System.Globalization;
using Panel.Kube.Wire;
using Panel.LocalCluster.Controllers;

namespace Panel.LocalCluster.Kubelet;

/// <summary>Where things lie in the data directory.</summary>
sealed class ClusterPaths(string root)
{
    readonly string root = Path.GetFullPath(root);

    public string Root => root;
    public string Store => Path.Combine(root, "store");
    public string Kubeconfig => Path.Combine(root, "kubeconfig");
    public string Certificate => Path.Combine(root, "certificate.pem");
    public string Token => Path.Combine(root, "token");
    public string Pods => Path.Combine(root, "pods");

    /// <summary>Makes the data directory, for this user alone.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(root);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Pod(string uid) => Path.Combine(Pods, uid);
    public string Volume(string podUid, string volume) => Path.Combine(Pod(podUid), "volumes", volume);
    public string Container(string podUid, string container) => Path.Combine(Pod(podUid), "containers", container);
    public string Record(string podUid, string container) => Path.Combine(Container(podUid, container), "record.json");
    public string Run(string podUid, string container, int run) => Path.Combine(Container(podUid, container), run.ToString(CultureInfo.InvariantCulture));
    public string Log(string podUid, string container, int run) => Path.Combine(Run(podUid, container, run), "log");

    public string Claim(PersistentVolumeClaim claim) => ClaimController.DirectoryOf(root, claim);
}
