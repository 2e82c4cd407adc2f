using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Servers;
using Panel.Core.Usage;
using Panel.Tests.Support;
using Panel.Web.Components.Servers.Usage;
using Xunit;

namespace Panel.Tests.Usage;

/// <summary>What servers used, kept and shown; and how long they took to start.</summary>
public sealed class UsageTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Use_is_kept_in_minutes_and_stretches_of_five_without_doubles_and_swept() => await KeptAsync(await CoreHost.OnSqliteAsync());

    [Fact, Trait("Lane", "postgres")]
    public async Task Use_is_kept_on_PostgreSQL_as_well() => await KeptAsync(await CoreHost.OnPostgresAsync());

    [Fact]
    public async Task Usual_time_of_a_start_is_the_middle_of_the_last_five() => await TimedAsync(await CoreHost.OnSqliteAsync());

    [Fact, Trait("Lane", "postgres")]
    public async Task Usual_time_of_a_start_is_kept_on_PostgreSQL_as_well() => await TimedAsync(await CoreHost.OnPostgresAsync());

    [Fact]
    public void Chart_has_gaps_where_nothing_was_measured()
    {
        var from = DateTimeOffset.UnixEpoch;
        var view = new UsageHistoryView(from, from.AddMinutes(6), TimeSpan.FromMinutes(1), [.. new[] { 0, 1, 4 }.Select(minute => new UsagePoint(from.AddMinutes(minute), 50, null, null, null))]);
        var drawing = UsageDrawing.Of(view, point => point.CpuMillis, 100);
        Assert.Equal((6, 100), (drawing.Slots, drawing.Top));
        Assert.Equal([50, 50, null, null, 50, null], drawing.Values);
        Assert.Equal("M0,50 1,50 1,50 2,50M4,50 5,50", drawing.Line);
        Assert.Empty(UsageDrawing.Of(view, point => point.Players, null).Line);
    }

    static async Task KeptAsync(CoreHost core)
    {
        await using var host = core.Reconcile();
        var ann = await core.AccountAsync();
        var (one, rests) = (await RunningAsync(core, ann), await core.ServerAsync(ann, "Rests", start: false));
        var observed = core.Get<ObservedServers>();
        var (sampling, other) = (core.Get<UsageSampling>(), new UsageSampling(core.Get<IDbContextFactory<Core.PanelDb>>(), observed, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<UsageSampling>.Instance));
        var end = DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 60 / 5 * 5; // the stretch before this one is over
        for (var minute = end - 5; minute < end; minute++)
        {
            // two replicas believe that they lead
            foreach (var leader in (UsageSampling[])[sampling, other])
            {
                Use(10, 100);
                leader.Look();
                Use(30, 300);
                leader.Look();
                await leader.KeepAsync(minute, Stop);
            }
        }
        await using (var db = core.Open())
        {
            Assert.Equal(5, await db.UsageSamples.CountAsync(sample => sample.Minutes == 1, Stop));
            var five = await db.UsageSamples.SingleAsync(sample => sample.Minutes == 5, Stop);
            Assert.Equal((one, end - 5, 20, 300), (five.ServerId, five.Minute, five.CpuMillis, five.MemoryMiB));
        }
        var history = core.Get<UsageHistory>();
        Assert.Equal(5, (await history.RunAsync(ann, one, UsageRange.Hour, Stop)).Points.Count);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds((end - 5) * 60), Assert.Single((await history.RunAsync(ann, one, UsageRange.Day, Stop)).Points).At);
        Assert.Empty((await history.RunAsync(ann, rests, UsageRange.Day, Stop)).Points);

        // a day and an hour later, nothing of it is left
        await sampling.KeepAsync(end + UsageSampling.LongKept + 4, Stop);
        await using (var db = core.Open()) Assert.Equal(0, await db.UsageSamples.CountAsync(sample => sample.Minute < end, Stop));

        void Use(int cpu, int memory) => observed.SetUsage(one, new(cpu, memory, 7, DateTimeOffset.UtcNow));
    }

    static async Task TimedAsync(CoreHost core)
    {
        await using var host = core.Reconcile();
        var ann = await core.AccountAsync();
        var id = await RunningAsync(core, ann);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var measuring = Task.Run(() => core.Get<StartTimes>().RunAsync(stopping.Token), Stop);
        var (observed, name) = (core.Get<ObservedServers>(), (await core.RowAsync(id))!.ObjectName);
        await Deadline.UntilAsync("somebody listens", () =>
        {
            core.Cluster.Change(name, pod => pod with { Ready = !pod.Ready });
            return true;
        });
        var (begun, attempt) = (0, 0);
        foreach (var seconds in (int[])[90, 10, 40, 20, 30, 50])
        {
            begun++;
            var created = DateTimeOffset.UtcNow.AddSeconds(-seconds);
            await Deadline.UntilAsync($"start {begun} is kept", async () =>
            {
                // every other one is ready before anybody looks: changes are looked at five times a second
                attempt++;
                var uid = $"pod-{attempt}";
                core.Cluster.Change(name, pod => pod with { Uid = uid, Running = true, Ready = begun % 2 == 0, CreatedAt = created });
                if (begun % 2 == 1)
                {
                    Assert.Equal("Getting ready", (await core.ShownAsync(id)).Wait?.Step);
                    await Task.Delay(250, Stop);
                    core.Cluster.Change(name, pod => pod with { Ready = true });
                }
                observed.MarkReady(id, uid, 0);
                await Task.Delay(250, Stop);
                await using var db = core.Open();
                return await db.StartTimes.AnyAsync(time => time.Seconds >= seconds && time.Seconds < seconds + 8, Stop);
            });
        }
        await using (var db = core.Open()) Assert.Equal(5, await db.StartTimes.CountAsync(Stop));
        core.Cluster.Change(name, pod => pod with { Uid = "pod-new", Ready = false });
        Assert.InRange((await core.ShownAsync(id)).Wait!.UsualSeconds!.Value, 30, 37);
        await stopping.CancelAsync();
        await measuring.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    static async Task<ServerId> RunningAsync(CoreHost core, Actor owner)
    {
        var id = await core.ServerAsync(owner);
        await Deadline.UntilAsync("a pod", () => core.Get<ObservedServers>().Find(id)?.Pod is { Running: true });
        return id;
    }
}
