using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Contracts.Files;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>Puts a server's values into the config files that its template names, before it starts; and empties a volume.</summary>
public sealed partial class ConfigFiles(IServerFiles files, ConsoleHub consoles, IOptionsMonitor<PanelOptions> options, ILogger<ConfigFiles> log)
{
    /// <summary>A file is read and parsed whole; a larger one is no config file.</summary>
    const long MaxBytes = ConfigPatch.MaxLength;
    const int MaxAtOnce = 500;
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Patches every file. One that cannot be patched is told on the console and does not keep the server from starting.</summary>
    /// <exception cref="ClusterUnavailableException">The files cannot be reached.</exception>
    public async Task PrepareAsync(Server server, Template template, CancellationToken cancellation)
    {
        foreach (var (name, file) in template.Files)
        {
            try
            {
                await PatchAsync(server, template, ServerPath.Parse(name), file, cancellation);
            }
            catch (Exception failure) when (failure is DecoderFallbackException or PanelException and not ClusterUnavailableException)
            {
                LogNotPatched(failure, server.ObjectName, name);
                consoles.Feed(server.Id).Say($"The settings could not be put into {name}: {failure.Message}");
            }
        }
    }

    /// <summary>Removes everything in a server's volume.</summary>
    /// <exception cref="ClusterUnavailableException">The files cannot be reached.</exception>
    public async Task WipeAsync(Server server, CancellationToken cancellation)
    {
        FileListing listing;
        do
        {
            listing = await files.ListAsync(server.ObjectName, ServerPath.Root, cancellation);
            if (listing.Entries.Count == 0) return;
            await files.DeleteAsync(server.ObjectName, [.. listing.Entries.Take(MaxAtOnce).Select(entry => ServerPath.Root.Child(entry.Name))], cancellation);
        }
        while (listing.Truncated || listing.Entries.Count > MaxAtOnce);
    }

    async Task PatchAsync(Server server, Template template, ServerPath path, TemplateFile file, CancellationToken cancellation)
    {
        var (before, version) = await ReadAsync(server, path, cancellation);
        var after = ConfigPatch.Apply(file, before, name => server.Placeholder(template, options.CurrentValue.TimeZone, name));
        if (after == before && version is not null) return;
        var bytes = Utf8.GetBytes(after);
        using var content = new MemoryStream(bytes, writable: false);
        await files.WriteAsync(server.ObjectName, path, content, bytes.Length, version, keep: null, cancellation);
    }

    async Task<(string Text, FileVersion? Version)> ReadAsync(Server server, ServerPath path, CancellationToken cancellation)
    {
        try
        {
            var content = await files.ReadAsync(server.ObjectName, path, MaxBytes, cancellation);
            return (Utf8.GetString(content.Content), content.Version);
        }
        catch (NotFoundException)
        {
            return ("", null);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The config file {File} of {Server} could not be patched")]
    partial void LogNotPatched(Exception failure, string server, string file);
}
