namespace Panel.Web.Components.Files;

/// <summary>
/// The folders that pages hold open, of all visits together: when they take more memory than there is for them, the one that was looked at
/// longest ago is let go, and its page offers to read it again.
/// </summary>
/// <param name="limit">How many bytes they may take.</param>
public sealed class OpenFolders(long limit)
{
    /// <summary>What they may take where nothing else is said: as much as some sixty folders of a hundred thousand entries.</summary>
    public const long Usual = 256L * 1024 * 1024;

    readonly Lock gate = new();
    readonly LinkedList<Held> all = [];
    long weight;

    /// <summary>How many bytes they take now.</summary>
    public long Weight
    {
        get { lock (gate) return weight; }
    }

    /// <summary>Notes that a page holds a folder, in the place of the one it held before.</summary>
    /// <param name="page">The page.</param>
    /// <param name="bytes">What the folder takes; 0 when the page holds none any more.</param>
    /// <param name="release">Is called once when the folder has to be let go; it must not wait.</param>
    public void Hold(object page, long bytes, Action release)
    {
        List<Action> gone = [];
        lock (gate)
        {
            if (Find(page) is { } before) Remove(before);
            if (bytes == 0) return;
            all.AddLast(new Held(page, bytes, release));
            weight += bytes;
            // the newest stays, however large
            while (weight > limit && all.First is { } oldest && oldest != all.Last)
            {
                gone.Add(oldest.Value.Release);
                Remove(oldest);
            }
        }
        foreach (var letGo in gone) letGo();
    }

    LinkedListNode<Held>? Find(object page)
    {
        for (var node = all.Last; node is not null; node = node.Previous)
        {
            if (ReferenceEquals(node.Value.Page, page)) return node;
        }
        return null;
    }

    void Remove(LinkedListNode<Held> node)
    {
        weight -= node.Value.Bytes;
        all.Remove(node);
    }

    sealed record Held(object Page, long Bytes, Action Release);
}
