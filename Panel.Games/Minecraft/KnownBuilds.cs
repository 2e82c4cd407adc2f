using System.Text.Json;

namespace Panel.Games.Minecraft;

/// <summary>Which build a kind and version came to the last time; kept beside the files in <c>.panel</c>.</summary>
static class KnownBuilds
{
    /// <summary>Notes what was found.</summary>
    public static void Remember(string folder, string kind, string asked, ServerBuild build)
    {
        var path = Name(folder, kind, asked);
        using var stream = File.Create(path + ".tmp");
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("version", build.Version);
            json.WriteString("url", build.File.Url.ToString());
            json.WriteString("sha1", build.File.Sha1);
            json.WriteString("sha256", build.File.Sha256);
            if (build.JavaVersion is { } java) json.WriteNumber("java", java);
            json.WriteBoolean("installer", build.IsInstaller);
            json.WriteEndObject();
        }
        stream.Close();
        File.Move(path + ".tmp", path, overwrite: true);
    }

    /// <summary>What was noted, or null.</summary>
    public static ServerBuild? Find(string folder, string kind, string asked)
    {
        var path = Name(folder, kind, asked);
        if (!File.Exists(path)) return null;
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = document.RootElement;
        return new(
            root.GetProperty("version").GetString()!,
            new(new(root.GetProperty("url").GetString()!), root.GetProperty("sha1").GetString(), root.GetProperty("sha256").GetString()),
            root.TryGetProperty("java", out var java) ? java.GetInt32() : null,
            root.GetProperty("installer").GetBoolean());
    }

    static string Name(string folder, string kind, string asked) => Path.Combine(folder, ".panel", $"build-{kind.ToLowerInvariant()}-{asked}.json");
}
