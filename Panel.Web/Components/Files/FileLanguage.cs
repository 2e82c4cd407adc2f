namespace Panel.Web.Components.Files;

/// <summary>Which of the editor's languages a file is in.</summary>
public static class FileLanguage
{
    /// <summary>The language by the file's name and, where that says nothing, by how its text begins and ends.</summary>
    public static string Of(string name, ReadOnlySpan<byte> text)
    {
        var byName = Of(name);
        if (byName != "plaintext" || name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)) return byName;
        var bare = text.Trim(" \t\r\n"u8);
        if (bare.StartsWith("#!"u8))
        {
            var line = bare[..(bare.IndexOf((byte)'\n') is >= 0 and var end ? end : bare.Length)];
            return line.IndexOf("python"u8) >= 0 ? "python" : line.IndexOf("node"u8) >= 0 ? "javascript" : line.IndexOf("lua"u8) >= 0 ? "lua" : "shell";
        }
        if (bare.StartsWith("<?xml"u8)) return "xml";
        return bare is [(byte)'{', .., (byte)'}'] or [(byte)'[', (byte)'{' or (byte)'"' or (byte)' ' or (byte)'\n' or (byte)'\r', .., (byte)']'] ? "json" : byName;
    }

    /// <summary>The language by the file's name; <c>plaintext</c> when nothing is known.</summary>
    public static string Of(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".properties" or ".ini" or ".cfg" or ".conf" or ".toml" or ".env" or ".lang" => "properties",
        ".yml" or ".yaml" => "yaml",
        ".json" or ".json5" or ".jsonc" or ".mcmeta" or ".mcfunction" => "json",
        ".xml" or ".html" or ".htm" or ".svg" or ".plist" => "xml",
        ".lua" => "lua",
        ".sh" or ".bash" or ".zsh" => "shell",
        ".bat" or ".cmd" => "bat",
        ".ps1" => "powershell",
        ".js" or ".mjs" or ".cjs" or ".sk" => "javascript",
        ".ts" => "typescript",
        ".css" => "css",
        ".py" => "python",
        ".java" => "java",
        ".cs" => "csharp",
        ".sql" => "sql",
        ".md" => "markdown",
        ".log" => "log",
        _ when name.Equals("Dockerfile", StringComparison.OrdinalIgnoreCase) => "dockerfile",
        _ when name.StartsWith(".env", StringComparison.Ordinal) => "properties",
        _ => "plaintext",
    };
}
