namespace Panel.Web.Components.Profile;

/// <summary>Says in words what a browser calls itself.</summary>
public static class Agents
{
    // the first that fits: each of them also claims to be one of those after it
    static readonly (string Mark, string Name)[] browsers = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    static readonly (string Mark, string Name)[] systems = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    /// <summary>The browser and its system; the whole text where neither is known.</summary>
    public static string Name(string agent)
    {
        var (browser, system) = (Find(browsers, agent), Find(systems, agent));
        return browser is null ? agent.Length == 0 ? "Unknown" : agent : system is null ? browser : $"{browser} on {system}";
    }

    static string? Find((string Mark, string Name)[] known, string agent) => known.FirstOrDefault(one => agent.Contains(one.Mark, StringComparison.Ordinal)).Name;
}
