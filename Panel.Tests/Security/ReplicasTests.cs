using System.Diagnostics;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Replicas;
using Panel.Core.Users;
using Panel.Tests.Accounts;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Security;

/// <summary>Two panels on one PostgreSQL: what somebody loses at one, they lose at the other.</summary>
[Trait("Lane", "postgres")]
public sealed class ReplicasTests : IAsyncLifetime
{
    static readonly TimeSpan Prompt = TimeSpan.FromSeconds(2);

    readonly CancellationTokenSource closing = new();
    CoreHost here = null!, there = null!;
    Task notices = Task.CompletedTask;
    Actor ann = null!, bob = null!;
    ServerId id;

    public async ValueTask InitializeAsync()
    {
        here = await CoreHost.OnPostgresAsync();
        there = await CoreHost.OnSqliteAsync(("Panel:Database:Provider", "Postgres"), ("ConnectionStrings:Panel", here.Settings["ConnectionStrings:Panel"]!));
        notices = Task.WhenAll(new[] { here, there }.Select(core => core.Get<ChangeNotices>().RunAsync(closing.Token)));
        await Deadline.UntilAsync("both listen", () => here.Get<ChangeNotices>().Listening && there.Get<ChangeNotices>().Listening);
        (ann, bob) = (await here.AccountAsync(), await here.AccountAsync("bob"));
        id = await here.ServerAsync(ann);
        var made = await here.Get<InviteMember>().RunAsync(ann, id, new() { Email = bob.Name, Permissions = [.. PermissionPresets.Builder.Permissions] }, default);
        await here.Get<AcceptInvitation>().RunAsync(bob, made.Token!, default);
        bob = await there.SignInAsync(bob);
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await notices.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await there.DisposeAsync();
        await here.DisposeAsync();
        closing.Dispose();
    }

    /// <summary>What may happen at one replica, and the refusal at the other.</summary>
    public static TheoryData<string, Type> Losses() => new()
    {
        { "removed", typeof(NotFoundException) },
        { "narrowed", typeof(ForbiddenException) },
        { "suspended", typeof(ForbiddenException) },
        { "signed out everywhere", typeof(ForbiddenException) },
        { "deleted", typeof(ForbiddenException) },
    };

    /// <summary>CVE-2025-68954: sessions that were open outlived the permission and the account.</summary>
    [Theory, MemberData(nameof(Losses))]
    public async Task What_is_lost_at_one_replica_closes_console_and_files_at_the_other_within_two_seconds_CVE_2025_68954(string loss, Type refusal)
    {
        using var deadline = Deadline.Source();
        var (console, files) = (Open(ServerPermissions.ReadConsole), Open(ServerPermissions.ReadFiles));
        var watch = Stopwatch.StartNew();
        await LoseAsync(loss);
        foreach (var open in new[] { console, files })
        {
            var ended = await Record.ExceptionAsync(() => open.Within($"the end after being {loss}", Prompt));
            Assert.IsType(refusal, ended);
        }
        TestContext.Current.SendDiagnosticMessage("{0}: closed at the other replica {1} ms after the change began.", loss, watch.ElapsedMilliseconds);

        Task Open(string permission) => there.Get<AccessGuard>().RunAsync(bob, id, permission, (_, token) => Task.Delay(Timeout.Infinite, token), deadline.Token);
    }

    Task LoseAsync(string loss) => loss switch
    {
        "removed" => here.Get<RemoveMember>().RunAsync(ann, id, bob.UserId, default),
        "narrowed" => here.Get<ChangeMember>().RunAsync(ann, id, bob.UserId, new() { Permissions = [ServerPermissions.Start] }, default),
        "suspended" => here.Get<SuspendAccount>().RunAsync(CoreHost.Admin, bob.UserId, new() { Reason = "x" }, default),
        "signed out everywhere" => here.Get<EndSessions>().RunAsync(CoreHost.Admin, bob.UserId, default),
        _ => here.Get<DeleteAccount>().RunAsync(CoreHost.Admin, bob.UserId, new() { ConfirmEmail = bob.Name }, default),
    };

    [Fact]
    public async Task File_that_streams_at_one_replica_ends_when_its_reader_is_removed_at_the_other()
    {
        await there.DrainAsync();   // each has a cluster in memory of its own
        using var deadline = Deadline.Source();
        var begun = new TaskCompletionSource();
        var upload = there.Get<UploadFile>().RunAsync(bob, id, "/large.bin", new EndlessStream(begun), 1 << 20, deadline.Token);
        await begun.Task.Within("the upload");
        await here.Get<RemoveMember>().RunAsync(ann, id, bob.UserId, default);
        await Assert.ThrowsAsync<NotFoundException>(() => upload.Within("the end of the upload", Prompt));
    }

    /// <summary>Brings nothing for as long as it is asked.</summary>
    sealed class EndlessStream(TaskCompletionSource begun) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
