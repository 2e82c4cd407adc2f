using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Files;

/// <summary>Looks for files by their name or by what they hold.</summary>
public sealed class SearchFiles(AccessGuard guard, ServerVolumes volumes)
{
    const int AtOnce = 3, MaxText = 200;

    readonly ConcurrentDictionary<ServerId, int> running = new();

    /// <summary>What is found, as it is found, at most <see cref="FileMatch.Most"/>.</summary>
    /// <exception cref="NotFoundException">There is no such server or folder.</exception>
    /// <exception cref="InvalidFieldException">Nothing is looked for, or it is no regular expression.</exception>
    /// <exception cref="ConflictException">Others search already, or it took too long.</exception>
    public IAsyncEnumerable<FileMatch> RunAsync(Actor actor, ServerId id, FileSearchRequest request, CancellationToken cancellation) =>
        guard.ReadAsync(actor, id, request.Contents ? ServerPermissions.ReadFiles : ServerPermissions.ListFiles, (server, token) => SearchAsync(actor, server, request, token), cancellation);

    async IAsyncEnumerable<FileMatch> SearchAsync(Actor actor, Server server, FileSearchRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        server.RequireNotDeleting();
        var folder = ServerPath.Parse(request.Folder, nameof(request.Folder));
        if (request.Text.Length is 0 or > MaxText || request.Text.AsSpan().IndexOfAny('\0', '\n') >= 0) throw new InvalidFieldException(nameof(request.Text), "Give 1 to 200 characters on one line.");
        if (running.AddOrUpdate(server.Id, 1, (_, count) => count + 1) > AtOnce)
        {
            running.AddOrUpdate(server.Id, 0, (_, count) => count - 1);
            throw new ConflictException("Others search these files already. Try again when they are done.");
        }
        try
        {
            var left = FileMatch.Most;
            await foreach (var match in volumes.For(actor, server).SearchAsync(folder, request.Contents ? request : request with { Text = Glob(request.Text) }, cancellation))
            {
                yield return match;
                if (--left == 0) yield break;
            }
        }
        finally
        {
            running.AddOrUpdate(server.Id, 0, (_, count) => count - 1);
        }
    }

    // a part of a name is enough; only * and ? are more than themselves
    static string Glob(string text)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
        return text.AsSpan().IndexOfAny('*', '?') >= 0 ? escaped : $"*{escaped}*";
    }
}
