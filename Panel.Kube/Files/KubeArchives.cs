using System.Globalization;
using Microsoft.Extensions.Logging;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Kube.Client;

namespace Panel.Kube.Files;

/// <summary>Streams of many files at once, and of content whose length is not known before, through the pod of tools (see <c>files.sh</c>).</summary>
sealed partial class KubeArchives(FilesRunner runner, ILogger<KubeArchives> log) : IServerArchives
{
    static readonly TimeSpan clearLimit = TimeSpan.FromSeconds(30);

    public Task BundleAsync(string objectName, ServerPath folder, IReadOnlyList<string> names, Func<Stream, Task> use, CancellationToken cancellation)
    {
        var list = FilesRunner.Names(names);
        return RunAsync(objectName, folder, ["bundle", FilesPod.Root, FilesRunner.Inside(folder), list.Length.ToString(CultureInfo.InvariantCulture)], async program =>
        {
            await program.FeedAsync(new MemoryStream(list, writable: false), list.Length, _ => { }, cancellation);
            await use(program.Output);
        }, cancellation);
    }

    public async Task<Stream> OpenAsync(string objectName, ServerPath file, CancellationToken cancellation)
    {
        var held = runner.Hold(objectName);
        try
        {
            string[] arguments = ["fetch", FilesPod.Root, FilesRunner.Inside(file.Parent), file.Name];
            return await ClusterCalls.GuardAsync(() => RemoteFile.OpenAsync(token => runner.StartAsync(objectName, arguments, token), Subject(file), held, cancellation));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public Task StoreAsync(string objectName, ServerPath file, bool replace, Func<Stream, Task> fill, CancellationToken cancellation) =>
        WorkAsync(objectName, file, ["store", FilesPod.Root, FilesRunner.Inside(file.Parent), file.Name, replace ? "replace" : "new"], program => program.TalkAsync(Subject(file), async () =>
        {
            await using (var content = new FrameStream(program))
            {
                await fill(content);
                await content.EndAsync(cancellation);
            }
            await program.TellAsync("done", cancellation);
        }, cancellation), cancellation);

    public Task UnpackAsync(string objectName, ServerPath folder, Func<IUnpacking, Task> fill, Func<IReadOnlyList<string>, Task<WhenExists>> choose, CancellationToken cancellation) =>
        WorkAsync(objectName, folder, ["unpack", FilesPod.Root, FilesRunner.Inside(folder)], program => program.TalkAsync(Subject(folder), async () =>
        {
            await using (var parts = new Unpacking(program))
            {
                await fill(parts);
                await parts.EndAsync(cancellation);
            }
            var existing = await program.NamesAsync(cancellation);
            var replace = existing.Count > 0 && await choose(existing) is WhenExists.Replace;
            await program.TellAsync(replace ? "replace" : "keep", CancellationToken.None);
        }, cancellation), cancellation);

    // it clears up itself where it is told of its end; some clusters end it without a word
    async Task WorkAsync(string objectName, ServerPath subject, string[] arguments, Func<FilesProgram, Task> use, CancellationToken cancellation)
    {
        var id = Guid.NewGuid().ToString("N");
        try
        {
            await RunAsync(objectName, subject, [.. arguments, id], async program =>
            {
                if (await program.LineAsync(cancellation) == "ready") await use(program);
            }, cancellation, ends: true);
        }
        catch
        {
            await ClearAsync(objectName, id);
            throw;
        }
    }

    async Task ClearAsync(string objectName, string id)
    {
        using var patience = new CancellationTokenSource(clearLimit);
        try
        {
            await RunAsync(objectName, ServerPath.Root, ["unwork", FilesPod.Root, id], _ => Task.CompletedTask, patience.Token);
        }
        catch (Exception failure) when (failure is PanelException or OperationCanceledException or IOException)
        {
            LogLeft(failure, objectName);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "What a job left of {Server} goes later: the cluster does not answer")]
    partial void LogLeft(Exception failure, string server);

    Task<bool> RunAsync(string objectName, ServerPath subject, string[] arguments, Func<FilesProgram, Task> use, CancellationToken cancellation, bool ends = false) =>
        runner.RunAsync(objectName, Subject(subject), arguments, async program =>
        {
            await use(program);
            return true;
        }, cancellation, ends);

    static string Subject(ServerPath path) => path.IsRoot ? "The server's folder" : path.ToString();
}
