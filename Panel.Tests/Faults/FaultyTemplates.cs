using System.Text.Json;

namespace Panel.Tests.Faults;

/// <summary>Games made for a test: a line of shell as the program.</summary>
public static class FaultyTemplates
{
    /// <summary>Adds one to a panel that is still to start.</summary>
    /// <param name="dataDirectory">The panel's.</param>
    /// <param name="key">The template's key.</param>
    /// <param name="script">What its servers run.</param>
    /// <param name="install">What is run in the volume to install it, or null.</param>
    /// <param name="image">The image.</param>
    /// <param name="change">Changes the template before it is written.</param>
    public static void Add(string dataDirectory, string key, string script, string? install = null, string image = "panel/tools:1", Action<Dictionary<string, object>>? change = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(dataDirectory, "templates")).FullName;
        var template = new Dictionary<string, object>
        {
            ["key"] = key,
            ["name"] = key,
            ["images"] = new Dictionary<string, string> { ["Test"] = image },
            ["mountPath"] = "/data",
            ["startups"] = new Dictionary<string, string> { ["Start"] = $"sh -c '{script}'" },
            ["ports"] = new[] { new { name = "game", protocol = "TCP" } },
        };
        if (install is not null) template["install"] = new { image = "panel/tools:1", entrypoint = "sh", script = "cd /mnt/server && " + install };
        change?.Invoke(template);
        File.WriteAllText(Path.Combine(folder, key + ".json"), JsonSerializer.Serialize(template));
    }
}
