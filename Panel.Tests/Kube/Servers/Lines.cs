using Panel.Tests.Support;

namespace Panel.Tests.Kube.Servers;

static class Lines
{
    /// <summary>The first line of a server's console that is meant.</summary>
    public static async Task<string> UntilAsync(ClusterSpace space, string objectName, Func<string, bool> isMeant)
    {
        using var limit = Deadline.Source();
        await foreach (var batch in space.Consoles.FollowAsync(objectName, after: null, limit.Token))
        {
            foreach (var line in batch)
            {
                if (isMeant(line.Text)) return line.Text;
            }
        }
        throw new InvalidOperationException("The console ended before the line came.");
    }
}
