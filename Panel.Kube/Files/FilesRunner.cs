using System.Net;
using Microsoft.Extensions.Options;
using Panel.Core.Files;
using Panel.Kube.Client;
using Panel.Kube.Servers;

namespace Panel.Kube.Files;

/// <summary>Runs <c>files.sh</c> in the pod that has a server's volume.</summary>
sealed class FilesRunner(KubeClient client, FilesPod pods, IOptions<KubeOptions> options)
{
    static readonly TimeSpan endLimit = TimeSpan.FromMinutes(10);

    /// <summary>Notes that a server's files are used until the result is disposed of.</summary>
    public IDisposable Hold(string objectName) => pods.Hold(objectName);

    /// <summary>Runs one verb, and refuses what it refused.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="subject">What it is about, for the message.</param>
    /// <param name="arguments">The verb, the root and what follows.</param>
    /// <param name="use">Feeds it and reads what it writes.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <param name="ends">Whether, once it is fed, it ends by itself, whether somebody waits or not: to give up waiting would be to tell a lie.</param>
    public async Task<T> RunAsync<T>(string objectName, string subject, string[] arguments, Func<FilesProgram, Task<T>> use, CancellationToken cancellation, bool ends = false) => await ClusterCalls.GuardAsync(async () =>
    {
        using var held = pods.Hold(objectName);
        await using var program = await StartAsync(objectName, arguments, cancellation);
        var result = await use(program);
        using var patience = ends ? new CancellationTokenSource(endLimit) : null;
        await program.EndAsync(subject, patience?.Token ?? cancellation);
        return result;
    });

    /// <summary>A path as the script wants it: without its slash, as a cluster without sandboxes takes an argument that begins like a mount path for one.</summary>
    public static string Inside(ServerPath path) => path.IsRoot ? "/" : path.Value[1..];

    /// <summary>Names in a folder as the script wants many of them, a NUL behind each; a dot is the folder itself.</summary>
    public static byte[] Names(IReadOnlyList<string> names) => FileNames.Bytes(string.Concat(names.Select(name => name == "." ? ".\0" : $"./{name}\0")));

    /// <summary>Starts one verb, for whoever takes what it writes as it comes.</summary>
    public async Task<FilesProgram> StartAsync(string objectName, string[] arguments, CancellationToken cancellation)
    {
        string[] command = ["sh", "-c", $"eval \"${FilesPod.ScriptVariable}\"", "panel-files", .. arguments.Any(FileNames.IsOdd) ? ["odd", .. arguments.Select(FilesProgram.Escape)] : arguments];
        for (var again = true; ; again = false)
        {
            await pods.OpenAsync(objectName, cancellation);
            try
            {
                return new(await ChannelSocket.ExecAsync(client, options.Value.Namespace, ServerObjects.FilesPod(objectName), FilesPod.Container, command, cancellation));
            }
            catch (KubeException refusal) when (again && refusal.Code is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.InternalServerError)
            {
                pods.Forget(objectName);    // the pod went away since
            }
        }
    }
}
