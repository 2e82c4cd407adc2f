using Panel.Tests.Support;

namespace Panel.Tests.Kube.Servers;

static class Lines
{
    /// <summary>The first line of a server's console that is meant.</summary>
    /// <exception cref="TimeoutException">It did not come; the message has those that did.</exception>
    public static async Task<string> UntilAsync(ClusterSpace space, string objectName, Func<string, bool> isMeant)
    {
        using var limit = Deadline.Source();
        var others = new Queue<string>();
        try
        {
            await foreach (var batch in space.Consoles.FollowAsync(objectName, after: null, limit.Token))
            {
                foreach (var line in batch)
                {
                    if (isMeant(line.Text)) return line.Text;
                    others.Enqueue(line.Text);
                    if (others.Count > 20) others.Dequeue();
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"The line did not come. The last lines: {string.Join(" | ", others)}");
        }
        throw new InvalidOperationException($"The console ended before the line came. The last lines: {string.Join(" | ", others)}");
    }
}
