using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Files;
using Panel.Kube.Client;

namespace Panel.Kube.Files;

/// <summary>Permission bits and searches, by the tools in the pod that has a server's volume (see <c>files.sh</c>).</summary>
sealed class KubeTools(FilesRunner runner) : IServerTools
{
    const int ModesAtOnce = 16, MatchesOfFile = 50;
    const long Largest = 16 << 20;

    public async Task ChangeModeAsync(string objectName, ServerPath folder, IReadOnlyList<string> names, UnixFileMode mode, UnixFileMode? deep, CancellationToken cancellation)
    {
        // arguments travel in a URL, whose length has a limit
        foreach (var some in names.Chunk(ModesAtOnce))
        {
            string[] arguments = ["chmod", FilesPod.Root, FilesRunner.Inside(folder), Octal(mode), deep is { } folders ? Octal(folders) : "-", .. some];
            await runner.RunAsync(objectName, folder.Child(some[0]).ToString(), arguments, _ => Task.FromResult(true), cancellation);
        }
    }

    public async IAsyncEnumerable<FileMatch> SearchAsync(string objectName, ServerPath folder, FileSearchRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string[] arguments = request.Contents
            ? ["words", FilesPod.Root, FilesRunner.Inside(folder), request.Text, request.Regex ? "regex" : "plain", request.MatchCase ? "same" : "any", Text(MatchesOfFile), Text(Largest)]
            : ["names", FilesPod.Root, FilesRunner.Inside(folder), request.Text, request.MatchCase ? "same" : "any"];
        using var held = runner.Hold(objectName);
        await using var program = await ClusterCalls.GuardAsync(() => runner.StartAsync(objectName, arguments, cancellation));
        var matches = new SearchOutput(program.Output, folder, request);
        while (await matches.NextAsync(cancellation) is { } match) yield return match;
        await program.EndAsync(folder.IsRoot ? "The server's folder" : folder.ToString(), cancellation);
    }

    public async IAsyncEnumerable<TreeEntry> TreeAsync(string objectName, IReadOnlyList<ServerPath> roots, bool deep, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // paths go the way of contents: they are too many for arguments
        var list = Encoding.ASCII.GetBytes(string.Concat(roots.Select(path => $"{FilesProgram.Line(FilesRunner.Inside(path.Parent))}\n{FilesProgram.Line(path.Name)}\n")));
        using var held = runner.Hold(objectName);
        await using var program = await ClusterCalls.GuardAsync(() => runner.StartAsync(objectName, ["tree", FilesPod.Root, deep ? "deep" : "flat", Text(list.Length)], cancellation));
        // beside the reading: a program whose output nobody reads takes no more input
        var feeding = ClusterCalls.GuardAsync(() => program.FeedAsync(new MemoryStream(list, writable: false), list.Length, _ => { }, cancellation));
        _ = feeding.ContinueWith(fed => fed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);    // seen, where the reading fails first
        var output = new TreeOutput(program.Output);
        while (await ClusterCalls.GuardAsync(async () => await output.NextAsync(cancellation)) is { } entry) yield return entry;
        await feeding;
        await ClusterCalls.GuardAsync(() => program.EndAsync(roots is [var only] ? only.ToString() : "What was named", cancellation));
    }

    static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
