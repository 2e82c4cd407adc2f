using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Files.Archives;
using Panel.Core.Files.Jobs;
using Panel.Core.Files.Pulls;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Files.Protection;

/// <summary>Everything that can be done to a file: each is given a path, and gives back what it learned of the content.</summary>
/// <param name="services">The panel.</param>
/// <param name="actor">Who does it.</param>
/// <param name="id">The server.</param>
public sealed class DeniedVerbs(IServiceProvider services, Actor actor, ServerId id)
{
    static readonly Dictionary<string, Func<DeniedVerbs, string, Task<string>>> verbs = new(StringComparer.Ordinal)
    {
        ["read"] = async (on, path) => Text((await on.Get<ReadFile>().RunAsync(on.Who, on.Id, path, Stop)).Content),
        ["peek"] = async (on, path) => Text(await on.Get<ReadFile>().PeekAsync(on.Who, on.Id, path, Stop)),
        ["download"] = (on, path) => IntoAsync(to => on.Get<DownloadFile>().RunAsync(on.Who, on.Id, path, _ => { }, to, Stop)),
        ["part"] = (on, path) => IntoAsync(to => on.Get<DownloadFile>().PartAsync(on.Who, on.Id, path, facts => new(0, facts.Bytes), to, Stop)),
        ["checksum"] = async (on, path) => (await on.Get<ChecksumFile>().RunAsync(on.Who, on.Id, path, null, Stop)).Sha256,
        ["pack"] = (on, path) => IntoAsync(to => on.Get<DownloadArchive>().RunAsync(on.Who, on.Id, Parent(path), [Name(path)], () => { }, to, Stop)),
        ["history"] = async (on, path) => $"{(await on.Get<FileHistory>().ListAsync(on.Who, on.Id, path, Stop)).Count} saves",
        ["history read"] = async (on, path) => Text((await on.Get<FileHistory>().ReadAsync(on.Who, on.Id, path, KeptId.New(DateTimeOffset.UnixEpoch).Value, Stop)).Content),
        ["form"] = async (on, path) => $"{await on.Get<ConfigForms>().FindAsync(on.Who, on.Id, path, Stop)}",
        ["written keys"] = async (on, path) => $"{await on.Get<ConfigForms>().WrittenAsync(on.Who, on.Id, path, Stop)}",
        ["look into"] = async (on, path) => $"{await on.Get<LookIntoArchive>().RunAsync(on.Who, on.Id, Zip(path), Stop)}",
        ["write"] = (on, path) => DoneAsync(on.Get<WriteFile>().RunAsync(on.Who, on.Id, path, [1], null, Stop)),
        ["write new"] = (on, path) => DoneAsync(on.Get<WriteFile>().RunAsync(on.Who, on.Id, Beside(path), [1], FileVersion.Absent, Stop)),
        ["upload"] = (on, path) => DoneAsync(on.Get<UploadFile>().RunAsync(on.Who, on.Id, path, new MemoryStream([1]), 1, Stop)),
        ["tus begin"] = (on, path) => DoneAsync(on.Get<ResumableUploads>().BeginAsync(on.Who, on.Id, new(path, 5, true, null, null), Stop)),
        ["folder"] = (on, path) => DoneAsync(on.Get<CreateFolder>().RunAsync(on.Who, on.Id, Beside(path), Stop)),
        ["folder below"] = (on, path) => DoneAsync(on.Get<CreateFolder>().RunAsync(on.Who, on.Id, Beside(path) + "/x", Stop)),
        ["move from"] = (on, path) => DoneAsync(on.Get<MoveFile>().RunAsync(on.Who, on.Id, path, "/taken", Stop)),
        ["move to"] = (on, path) => DoneAsync(on.Get<MoveFile>().RunAsync(on.Who, on.Id, "/plain", Beside(path), Stop)),
        ["copy from"] = (on, path) => DoneAsync(on.Get<CopyFile>().RunAsync(on.Who, on.Id, path, "/taken", Stop)),
        ["copy to"] = (on, path) => DoneAsync(on.Get<CopyFile>().RunAsync(on.Who, on.Id, "/plain", Beside(path), Stop)),
        ["discard"] = (on, path) => DoneAsync(on.Get<DeleteFiles>().RunAsync(on.Who, on.Id, ["/gone", path], forGood: false, Stop)),
        ["delete"] = (on, path) => DoneAsync(on.Get<DeleteFiles>().RunAsync(on.Who, on.Id, [path, "/gone"], forGood: true, Stop)),
        ["chmod"] = (on, path) => DoneAsync(on.Get<ChangeMode>().RunAsync(on.Who, on.Id, new() { Folder = Parent(path), Names = [Name(path)], Mode = "600" }, Stop)),
        ["archive"] = (on, path) => on.JobAsync(on.Get<MakeArchive>().RunAsync(on.Who, on.Id, new() { Folder = Parent(path), Names = [Name(path)], Target = "/taken.tar" }, Stop)),
        ["archive to"] = (on, path) => on.JobAsync(on.Get<MakeArchive>().RunAsync(on.Who, on.Id, new() { Names = ["plain"], Target = Zip(path) }, Stop)),
        ["extract"] = (on, path) => on.JobAsync(on.Get<ExtractArchive>().RunAsync(on.Who, on.Id, new() { Path = Zip(path), Folder = "/taken" }, Stop)),
        ["extract to"] = (on, path) => on.JobAsync(on.Get<ExtractArchive>().RunAsync(on.Who, on.Id, new() { Path = "/plain.zip", Folder = path }, Stop)),
        ["pull"] = (on, path) => on.JobAsync(on.Get<PullFile>().RunAsync(on.Who, on.Id, new() { Address = "https://203.0.113.9/x", Folder = Parent(path), Name = Name(path) }, Stop)),
    };

    /// <summary>What the verbs are called.</summary>
    public static IEnumerable<string> Names => verbs.Keys;

    ServerId Id => id;

    Actor Who => actor;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    T Get<T>() where T : notnull => services.GetRequiredService<T>();

    /// <summary>Does it, and gives back what was learned.</summary>
    public Task<string> RunAsync(string verb, string path) => verbs[verb](this, path);

    async Task<string> JobAsync(Task<FileJob> starting)
    {
        var job = await starting;
        async Task<FileJob> FindAsync() => (await Get<FileJobs>().ListAsync(Who, Id, Stop)).Single(one => one.Id == job.Id);
        await Deadline.UntilAsync("the end of the job", async () => (await FindAsync()).Ended, TimeSpan.FromSeconds(60));
        var end = await FindAsync();
        return end.State is FileJobState.Done ? end.Text ?? "" : throw new ConflictException(end.Text ?? "It failed.");
    }

    static async Task<string> DoneAsync(Task work)
    {
        await work;
        return "";
    }

    static async Task<string> IntoAsync(Func<Stream, Task> copy)
    {
        using var to = new MemoryStream();
        await copy(to);
        return Text(to.ToArray());
    }

    static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    static string Parent(string path) => ServerPath.Parse(path).Parent.Value;

    static string Name(string path) => ServerPath.Parse(path).Name;

    static string Zip(string path) => ServerPath.Parse(path).Value + ".zip";

    // something that is not there, and denied as its neighbour is
    static string Beside(string path) => ServerPath.Parse(path).Parent.Child("new-" + Name(path)).Value;
}
