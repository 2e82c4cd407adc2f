using System.Collections;
using System.Reflection;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Access;

/// <summary>
/// Every public operation of the domain that takes an actor and a server, found by reflection so that a new one is covered the day it is
/// written, on the server of somebody else.
/// </summary>
public sealed class ForeignServerTests : IAsyncLifetime
{
    /// <summary>What somebody may do who is let in and given nothing: to see it, and to go.</summary>
    static readonly HashSet<string> Free = ["ServerQueries.FindAsync", "LeaveServer.RunAsync"];

    CoreHost host = null!;
    Actor ann = null!, bob = null!;
    ServerId id;
    Guid invitation;

    public async ValueTask InitializeAsync()
    {
        host = await CoreHost.OnSqliteAsync();
        (ann, bob) = (await host.AccountAsync(), await host.AccountAsync("bob"));
        id = await host.ServerAsync(ann);
        await host.DrainAsync();
        invitation = (await host.Get<InviteMember>().RunAsync(ann, id, new() { Email = "waiting@example.org" }, default)).Id;
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    /// <summary>Each operation, as type and method.</summary>
    public static IEnumerable<TheoryDataRow<string>> Operations() => Methods().Select(method => new TheoryDataRow<string>(Name(method)));

    static IEnumerable<MethodInfo> Methods() => typeof(PanelDb).Assembly.GetExportedTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false })
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        .Where(method => method.GetParameters() is [{ ParameterType: var first }, ..] all && first == typeof(Actor) && all.Any(parameter => parameter.ParameterType == typeof(ServerId)))
        .OrderBy(Name, StringComparer.Ordinal);

    static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    [Fact]
    public void Operations_are_found() => Assert.Superset(
        new HashSet<string> { "ChangePower.RunAsync", "SendCommand.RunAsync", "OpenConsole.RunAsync", "DownloadFile.RunAsync", "WriteFile.RunAsync", "InviteMember.RunAsync", "TransferServer.RunAsync", "MemberQueries.ListAsync" },
        Methods().Select(Name).ToHashSet());

    [Theory, MemberData(nameof(Operations))]
    public async Task Server_of_somebody_else_is_not_found(string operation)
    {
        var before = await CountAsync();
        foreach (var method in Methods().Where(method => Name(method) == operation))
        {
            await Assert.ThrowsAsync<NotFoundException>(() => CallAsync(method, bob, id));
            await Assert.ThrowsAsync<NotFoundException>(() => CallAsync(method, new("", "", new HashSet<string>(), null), id));
            await Assert.ThrowsAsync<NotFoundException>(() => CallAsync(method, bob, ServerId.New()));
            await Assert.ThrowsAsync<NotFoundException>(() => CallAsync(method, CoreHost.Admin, ServerId.New()));
        }
        Assert.Equal(before, await CountAsync());
    }

    [Theory, MemberData(nameof(Operations))]
    public async Task Member_who_was_given_nothing_is_refused(string operation)
    {
        Assert.SkipWhen(Free.Contains(operation), "Anybody who is let in may do this.");
        await host.Get<AcceptInvitation>().RunAsync(bob, (await host.Get<InviteMember>().RunAsync(ann, id, new() { Email = "bob@example.org" }, default)).Token!, default);
        var before = await CountAsync();
        foreach (var method in Methods().Where(method => Name(method) == operation)) await Assert.ThrowsAsync<ForbiddenException>(() => CallAsync(method, bob, id));
        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task People_and_invitations_of_another_server_are_not_found_through_ones_own()
    {
        var mine = await host.ServerAsync(bob, "Mine");
        var eve = await host.AccountAsync("eve");
        await host.Get<AcceptInvitation>().RunAsync(eve, (await host.Get<InviteMember>().RunAsync(ann, id, new() { Email = "eve@example.org" }, default)).Token!, default);
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<ChangeMember>().RunAsync(bob, mine, eve.UserId, new(), default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<RemoveMember>().RunAsync(bob, mine, eve.UserId, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<ResendInvitation>().RunAsync(bob, mine, invitation, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<WithdrawInvitation>().RunAsync(bob, mine, invitation, default));
        var people = await host.Get<MemberQueries>().ListAsync(ann, id, default);
        Assert.Equal((1, 1), (people.Members.Count, people.Invitations.Count));
    }

    async Task<(int, int, int, int)> CountAsync()
    {
        await using var db = host.Open();
        return (db.Audit.Count(), db.Members.Count(), db.Invitations.Count(), (await host.RowAsync(id))!.Starts);
    }

    async Task CallAsync(MethodInfo method, Actor actor, ServerId server)
    {
        var arguments = method.GetParameters().Select(parameter => Argument(parameter, actor, server)).ToArray();
        object? result;
        try
        {
            result = method.Invoke(host.Services.GetService(method.DeclaringType!), arguments);
        }
        catch (TargetInvocationException thrown) when (thrown.InnerException is PanelException refusal)
        {
            throw refusal;
        }
        if (result is Task task) await task;
        else if (result is not null) await ReadAsync((dynamic)result);
    }

    static async Task ReadAsync<T>(IAsyncEnumerable<T> items)
    {
        using var deadline = Deadline.Source();
        await foreach (var _ in items.WithCancellation(deadline.Token)) return;
    }

    // a request that is valid in itself, so that what is refused is the server; a new kind of argument has to be added here
    object? Argument(ParameterInfo parameter, Actor actor, ServerId server) => parameter.ParameterType switch
    {
        var type when type == typeof(Actor) => actor,
        var type when type == typeof(ServerId) => server,
        var type when type == typeof(CancellationToken) => CancellationToken.None,
        var type when type == typeof(Guid) => invitation,
        var type when type == typeof(string) => parameter.Name switch { "accountId" => bob.UserId, "confirmName" => "One", _ => "/a" },
        var type when type == typeof(bool) => true,
        var type when type == typeof(UploadRequest) => new UploadRequest("/a", 1, false, null, null),
        var type when type == typeof(ChunkHash) => null,
        var type when type == typeof(Func<FileFacts, ByteRange?>) => (Func<FileFacts, ByteRange?>)(_ => null),
        var type when type == typeof(Stream) => Stream.Null,
        var type when type == typeof(byte[]) => Array.Empty<byte>(),
        var type when type == typeof(Action) => (Action)(() => { }),
        var type when type == typeof(Action<long>) => (Action<long>)(_ => { }),
        var type when type == typeof(int) => 30,
        var type when type == typeof(PowerAction) => PowerAction.Stop,
        var type when type == typeof(Action<long, long>) => null,
        var type when type == typeof(ArchiveRequest) => new ArchiveRequest { Names = ["a"], Target = "/a.zip" },
        var type when type == typeof(PullRequest) => new PullRequest { Address = "https://example.org/a.zip" },
        var type when type == typeof(ExtractRequest) => new ExtractRequest { Path = "/a.zip" },
        var type when type == typeof(SnippetRequest) => new SnippetRequest { Name = "x", Command = "help" },
        var type when type == typeof(ConsoleSearchRequest) => new ConsoleSearchRequest { Text = "x" },
        var type when type == typeof(MendTroubleRequest) => new MendTroubleRequest { Feature = "eula" },
        var type when type == typeof(SendCommandRequest) => new SendCommandRequest { Command = "help" },
        var type when type == typeof(RenameServerRequest) => new RenameServerRequest { Name = "x" },
        var type when type == typeof(ChangePlanRequest) => new ChangePlanRequest { Plan = "small" },
        var type when type == typeof(ChangeTemplateRequest) => new ChangeTemplateRequest { Template = "installed" },
        var type when type == typeof(SuspendRequest) => new SuspendRequest { Reason = "x" },
        var type when type == typeof(InviteMemberRequest) => new InviteMemberRequest { Email = "x@example.org" },
        var type when type == typeof(TransferServerRequest) => new TransferServerRequest { Email = "bob@example.org" },
        var type when Nullable.GetUnderlyingType(type) is not null => null,
        var type when type.IsAssignableFrom(typeof(List<string>)) && typeof(IEnumerable).IsAssignableFrom(type) => new List<string> { parameter.Name == "names" ? "a" : "/a" },
        var type => Activator.CreateInstance(type),
    };
}
