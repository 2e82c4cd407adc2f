using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Servers;

/// <summary>What the row of a server shows of what is seen of it.</summary>
public sealed class ServerRowTests : IAsyncLifetime
{
    CoreHost host = null!;
    Actor ann = null!;

    public async ValueTask InitializeAsync()
    {
        host = await CoreHost.OnSqliteAsync();
        ann = await host.AccountAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    ObservedServers Observed => host.Get<ObservedServers>();

    static ServerSeen Running(string pod, string? address = null) => new() { Exists = true, Pod = new() { Uid = pod, Starts = 1, Running = true, HostAddress = address } };

    static ServerUsage Use(int? cpu, int? memory) => new(cpu, memory, 7, DateTimeOffset.UtcNow);

    async Task<(int? Cpu, int? Memory, int? Disk)> ShownAsync(ServerId id) => (await host.ShownAsync(id)).Usage is { } usage ? (usage.CpuMillis, usage.MemoryMiB, usage.DiskMiB) : default;

    [Fact]
    public async Task Use_of_processor_and_memory_ends_with_the_program_and_that_of_the_disk_stays()
    {
        var id = await host.ServerAsync(ann, start: false);
        Observed.Publish(id, Running("pod-1"));
        Observed.SetUsage(id, Use(250, 40));
        Assert.Equal((250, 40, 7), await ShownAsync(id));

        Observed.Publish(id, new() { Exists = true });
        Assert.Equal((null, null, 7), await ShownAsync(id));
        Observed.SetUsage(id, Use(250, 40));   // a measurement of the pod before that comes late
        Assert.Equal((null, null, 7), await ShownAsync(id));

        Observed.Publish(id, Running("pod-2"));
        Assert.Equal((null, null, 7), await ShownAsync(id));
        Observed.SetUsage(id, Use(250, 40));
        Assert.Equal((250, 40, 7), await ShownAsync(id));
        Observed.Publish(id, Running("pod-3"));
        Assert.Equal((null, null, 7), await ShownAsync(id));
    }

    [Fact]
    public async Task Address_stays_when_the_server_stops()
    {
        var one = await host.ServerAsync(ann, "One", start: false);
        var two = await host.ServerAsync(ann, "Two", start: false);
        Assert.StartsWith("localhost:", (await host.ShownAsync(one)).Address, StringComparison.Ordinal);

        Observed.SetHost("192.0.2.1");
        Assert.StartsWith("192.0.2.1:", (await host.ShownAsync(one)).Address, StringComparison.Ordinal);
        Observed.Publish(one, Running("pod-1", "192.0.2.9"));
        Observed.Publish(two, Running("pod-2", "192.0.2.8"));
        Observed.Publish(one, new() { Exists = true });
        Assert.StartsWith("192.0.2.9:", (await host.ShownAsync(one)).Address, StringComparison.Ordinal);
    }
}
