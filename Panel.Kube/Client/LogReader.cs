using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Panel.Core.Console;

namespace Panel.Kube.Client;

/// <summary>Follows the log of a container.</summary>
sealed class LogReader(KubeClient client)
{
    /// <summary>
    /// A silent follow is opened anew after this: kubelets are known to stop without a word when they rotate a log
    /// (https://github.com/kubernetes/kubernetes/issues/115701).
    /// </summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Reads until the container ends; each batch is what one read brought.</summary>
    /// <param name="space">The pod's namespace.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container in it.</param>
    /// <param name="after">Only lines later than this; null for all that is kept.</param>
    /// <param name="cancellation">Ends the stream.</param>
    /// <param name="previous">Whether the run before is read, which has an end.</param>
    public async IAsyncEnumerable<IReadOnlyList<SourceLine>> FollowAsync(
        string space, string pod, string container, DateTimeOffset? after, [EnumeratorCancellation] CancellationToken cancellation, bool previous = false)
    {
        var silent = true;
        while (silent)
        {
            silent = false;
            // to the second, as the server keeps it: what comes twice is cut by its exact time
            var since = after is { } time ? "&sinceTime=" + Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)) : "";
            var path = $"{Kinds.Pods.Path(space, pod, "log")}?container={Uri.EscapeDataString(container)}&{(previous ? "previous" : "follow")}=true&timestamps=true{since}";
            await using var stream = await client.OpenAsync(path, cancellation);
            var reader = PipeReader.Create(stream, new(bufferSize: 64 << 10, leaveOpen: true));
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var (lines, known) = (new LogLines(), after);
            while (true)
            {
                deadline.CancelAfter(Silence);
                ReadResult read;
                try
                {
                    read = await reader.ReadAsync(deadline.Token);
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    silent = true;
                    break;
                }
                deadline.CancelAfter(Timeout.InfiniteTimeSpan);
                var (buffer, batch) = (read.Buffer, new List<SourceLine>());
                lines.Take(ref buffer, known, batch, read.IsCompleted);
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (batch.Count > 0)
                {
                    if (!(batch[^1].At < after)) after = batch[^1].At;
                    yield return batch;
                }
                if (read.IsCompleted) break;
            }
        }
    }
}
