using System.Threading.Channels;
using Panel.Kube.Wire;
using Panel.LocalCluster.Controllers;

namespace Panel.LocalCluster.Kubelet;

/// <summary>Events of the kubelet: whoever tells of one never waits for it to be written. In a flood the oldest are lost.</summary>
sealed class EventQueue(EventRecorder recorder)
{
    const int Limit = 1000;

    readonly Channel<(KubeObject About, bool Warning, string Reason, string Message)> queue =
        Channel.CreateBounded<(KubeObject, bool, string, string)>(new BoundedChannelOptions(Limit) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Normal(KubeObject about, string reason, string message) => queue.Writer.TryWrite((about, false, reason, message));

    public void Warning(KubeObject about, string reason, string message) => queue.Writer.TryWrite((about, true, reason, message));

    /// <summary>Writes them until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var (about, warning, reason, message) in queue.Reader.ReadAllAsync(cancellation))
        {
            if (warning) await recorder.WarningAsync(about, reason, message, cancellation);
            else await recorder.NormalAsync(about, reason, message, cancellation);
        }
    }
}
