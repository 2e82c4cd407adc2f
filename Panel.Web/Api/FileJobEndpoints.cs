using Microsoft.AspNetCore.Http.HttpResults;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Files.Archives;
using Panel.Core.Files.Jobs;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>Long jobs on a server's files: they are started by one request, and looked at, answered and ended by others.</summary>
public static class FileJobEndpoints
{
    /// <summary>Adds the routes below <c>/servers</c>.</summary>
    public static IEndpointRouteBuilder MapFileJobs(this IEndpointRouteBuilder servers)
    {
        var files = servers.MapGroup("/{id}/files").WithTags("Files").RequireAuthorization();
        files.MapPost("/archives", Archive).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        files.MapPost("/extractions", Extract).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        files.MapGet("/jobs", List).ProducesProblem(404);
        files.MapPost("/jobs/{job:guid}/answer", Answer).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        files.MapDelete("/jobs/{job:guid}", Cancel).ProducesProblem(403).ProducesProblem(404);
        return servers;
    }

    static async Task<Accepted<FileJob>> Archive(ServerId id, ArchiveRequest request, CurrentActor me, MakeArchive make, CancellationToken cancellation) =>
        Begun(id, await make.RunAsync(await me.GetAsync(), id, request, cancellation));

    static async Task<Accepted<FileJob>> Extract(ServerId id, ExtractRequest request, CurrentActor me, ExtractArchive extract, CancellationToken cancellation) =>
        Begun(id, await extract.RunAsync(await me.GetAsync(), id, request, cancellation));

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

    static Accepted<FileJob> Begun(ServerId id, FileJob job) => TypedResults.Accepted($"/api/v1/servers/{id}/files/jobs", job);
}
