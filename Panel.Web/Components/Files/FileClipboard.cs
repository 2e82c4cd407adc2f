using Panel.Contracts.Servers;
using Panel.Core.Files;

namespace Panel.Web.Components.Files;

/// <summary>Files that were copied or cut, until they are pasted: of one visit, and of one server.</summary>
public sealed class FileClipboard
{
    /// <summary>What was taken last; null when nothing was, or it was moved away since.</summary>
    public Clip? Held { get; private set; }

    /// <summary>Takes something.</summary>
    public void Take(Clip clip) => Held = clip;

    /// <summary>Forgets what was taken.</summary>
    public void Clear() => Held = null;

    /// <summary>What was taken.</summary>
    /// <param name="Server">The server it is on.</param>
    /// <param name="Folder">The folder it is in.</param>
    /// <param name="Names">The names.</param>
    /// <param name="Cut">Whether it is to move, not to be copied.</param>
    public sealed record Clip(ServerId Server, ServerPath Folder, IReadOnlyList<string> Names, bool Cut);
}
