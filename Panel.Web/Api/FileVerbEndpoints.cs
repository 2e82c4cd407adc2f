using Microsoft.AspNetCore.Http.HttpResults;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Files;
using Panel.Core.Files.Archives;
using Panel.Core.Files.Jobs;
using Panel.Core.Files.Pulls;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>
/// What can be done to a server's files. Long jobs are started by one request, and looked at, answered and ended by others.
/// </summary>
public static class FileVerbEndpoints
{
    /// <summary>Adds the routes below <c>/servers</c>.</summary>
    public static IEndpointRouteBuilder MapFileVerbs(this IEndpointRouteBuilder servers)
    {
        var files = servers.MapGroup("/{id}/files").WithTags("Files").RequireAuthorization();
        files.MapPost("/archives", Archive).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        files.MapPost("/extractions", Extract).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        files.MapPost("/pulls", Pull).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        files.MapGet("/jobs", List).ProducesProblem(404);
        files.MapPost("/jobs/{job:guid}/answer", Answer).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        files.MapDelete("/jobs/{job:guid}", Cancel).ProducesProblem(403).ProducesProblem(404);
        files.MapGet("/details", Details).ProducesProblem(404);
        files.MapGet("/checksums", Checksums).ProducesProblem(404);
        files.MapPut("/mode", Mode).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        files.MapGet("/search", Search).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        return servers;
    }

    static async Task<Accepted<FileJob>> Archive(ServerId id, ArchiveRequest request, CurrentActor me, MakeArchive make, CancellationToken cancellation) =>
        Begun(id, await make.RunAsync(await me.GetAsync(), id, request, cancellation));

    static async Task<Accepted<FileJob>> Extract(ServerId id, ExtractRequest request, CurrentActor me, ExtractArchive extract, CancellationToken cancellation) =>
        Begun(id, await extract.RunAsync(await me.GetAsync(), id, request, cancellation));

    static async Task<Accepted<FileJob>> Pull(ServerId id, PullRequest request, CurrentActor me, PullFile pull, CancellationToken cancellation) =>
        Begun(id, await pull.RunAsync(await me.GetAsync(), id, request, cancellation));

    static async Task<Ok<IReadOnlyList<FileJob>>> List(ServerId id, CurrentActor me, FileJobs jobs, CancellationToken cancellation) =>
        TypedResults.Ok(await jobs.ListAsync(await me.GetAsync(), id, cancellation));

    static async Task<NoContent> Answer(ServerId id, Guid job, WhenExistsRequest request, CurrentActor me, FileJobs jobs, CancellationToken cancellation)
    {
        await jobs.AnswerAsync(await me.GetAsync(), id, job, request.Existing, cancellation);
        return TypedResults.NoContent();
    }

    static async Task<NoContent> Cancel(ServerId id, Guid job, CurrentActor me, FileJobs jobs, CancellationToken cancellation)
    {
        await jobs.CancelAsync(await me.GetAsync(), id, job, cancellation);
        return TypedResults.NoContent();
    }

    static async Task<Ok<FileEntry>> Details(ServerId id, string? path, CurrentActor me, ListFiles list, CancellationToken cancellation) =>
        TypedResults.Ok(await list.LookAsync(await me.GetAsync(), id, path ?? "", cancellation));

    static async Task<Ok<FileChecksums>> Checksums(ServerId id, string? path, CurrentActor me, ChecksumFile checksum, CancellationToken cancellation) =>
        TypedResults.Ok(await checksum.RunAsync(await me.GetAsync(), id, path ?? "", null, cancellation));

    static async Task<NoContent> Mode(ServerId id, ChangeModeRequest request, CurrentActor me, ChangeMode change, CancellationToken cancellation)
    {
        await change.RunAsync(await me.GetAsync(), id, request, cancellation);
        return TypedResults.NoContent();
    }

    static async Task<Ok<IReadOnlyList<FileMatch>>> Search(ServerId id, string? folder, string? text, bool? contents, bool? matchCase, bool? regex, CurrentActor me, SearchFiles search, CancellationToken cancellation)
    {
        var request = new FileSearchRequest { Folder = folder ?? "/", Text = text ?? "", Contents = contents is true, MatchCase = matchCase is true, Regex = regex is true };
        var found = new List<FileMatch>();
        await foreach (var match in search.RunAsync(await me.GetAsync(), id, request, cancellation)) found.Add(match);
        return TypedResults.Ok<IReadOnlyList<FileMatch>>(found);
    }

    static Accepted<FileJob> Begun(ServerId id, FileJob job) => TypedResults.Accepted($"/api/v1/servers/{id}/files/jobs", job);
}
