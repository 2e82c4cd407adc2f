using Microsoft.Extensions.Options;

namespace Panel.Core.Mail;

/// <summary>
/// Absolute links to the panel, for mail. They come from the settings and never from a request: whoever sends a forged Host header would
/// have the panel mail somebody a link to a place of theirs (CVE-2024-1064).
/// </summary>
public sealed class PublicLinks(IOptionsMonitor<PanelOptions> options)
{
    /// <summary>The link of a path such as <c>/reset?token=…</c>; null where <c>Panel:PublicUrl</c> is not set.</summary>
    public string? Find(string path) => options.CurrentValue.PublicUrl is { Length: > 0 } root ? root.TrimEnd('/') + path : null;

    /// <inheritdoc cref="Find"/>
    /// <exception cref="InvalidOperationException"><c>Panel:PublicUrl</c> is not set; no panel starts with mail and without it.</exception>
    public string Of(string path) => Find(path) ?? throw new InvalidOperationException("Panel:PublicUrl is not set.");
}
