namespace Panel.Games.Demo;

/// <summary>Who is playing.</summary>
sealed class Roster(int places)
{
    readonly Lock gate = new();
    readonly List<PlaySession> sessions = [];

    public int Places => places;

    public IReadOnlyList<PlaySession> All
    {
        get { lock (gate) return [.. sessions]; }
    }

    public PlaySession? Find(string name) => All.FirstOrDefault(session => string.Equals(session.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes somebody in; false when all places are taken.</summary>
    public bool Join(PlaySession session)
    {
        lock (gate)
        {
            if (sessions.Count >= places) return false;
            sessions.Add(session);
            return true;
        }
    }

    public void Leave(PlaySession session)
    {
        lock (gate) sessions.Remove(session);
    }

    /// <summary>Sends a packet to all, or to all but one.</summary>
    public void Tell(byte[] packet, PlaySession? except = null)
    {
        foreach (var session in All.Where(session => session != except)) session.Send(packet);
    }
}
