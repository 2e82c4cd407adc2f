namespace Panel.Games.Minecraft;

/// <summary>What a version comes to: the file, and what it needs.</summary>
/// <param name="Version">The version of the game, never LATEST.</param>
/// <param name="File">The server's jar, or its installer.</param>
/// <param name="JavaVersion">The least Java that runs it; null where nobody says.</param>
/// <param name="IsInstaller">Whether the file makes the server instead of being it.</param>
sealed record ServerBuild(string Version, RemoteFile File, int? JavaVersion, bool IsInstaller = false);
