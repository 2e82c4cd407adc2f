namespace Panel.Games.Minecraft;

/// <summary>Why the server cannot be started: one line that says what to do about it.</summary>
sealed class LaunchFailure(string message, Exception? cause = null) : Exception(message, cause);
