using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Faults;

/// <summary>Disks that are really full: a server's, and the panel's own.</summary>
[Trait("Lane", "cluster")]
public sealed class FullDiskTests(Browser browser)
{
    [Fact]
    public async Task Full_volume_refuses_what_does_not_fit_in_words_and_keeps_the_old_file_whole()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        var id = await panel.CreateAsync("demo", start: false);
        using var disk = SmallDisk.Mount(await VolumeAsync(panel, id), 4);
        var (write, upload, read) = (panel.Get<WriteFile>(), panel.Get<UploadFile>(), panel.Get<ReadFile>());
        var old = Encoding.UTF8.GetBytes(new string('o', 2 << 20));
        await write.RunAsync(panel.Admin, id, "/kept.txt", old, expected: null, CancellationToken.None);

        var save = await Assert.ThrowsAsync<ConflictException>(() => write.RunAsync(panel.Admin, id, "/kept.txt", new byte[3 << 20], expected: null, CancellationToken.None));
        Assert.Equal("The disk is full. Delete something, or choose a larger plan.", save.Message);
        using var large = new MemoryStream(new byte[30 << 20]);
        var sent = await Assert.ThrowsAsync<ConflictException>(() => upload.RunAsync(panel.Admin, id, "/large.bin", large, large.Length, CancellationToken.None));
        Assert.Equal(save.Message, sent.Message);
        disk.Fill();
        await Assert.ThrowsAsync<ConflictException>(() => write.RunAsync(panel.Admin, id, "/other.txt", [1], expected: null, CancellationToken.None));

        var names = (await panel.Get<ListFiles>().RunAsync(panel.Admin, id, "/", CancellationToken.None)).Entries.Select(entry => entry.Name);
        Assert.Equal(["kept.txt"], names.Where(name => name is not ".junk" and not "server.properties"));
        Assert.Equal(old, (await read.RunAsync(panel.Admin, id, "/kept.txt", CancellationToken.None)).Content);

        disk.Free();
        await write.RunAsync(panel.Admin, id, "/kept.txt", "new"u8.ToArray(), expected: null, CancellationToken.None);
        Assert.Equal("new"u8.ToArray(), (await read.RunAsync(panel.Admin, id, "/kept.txt", CancellationToken.None)).Content);
    }

    [Fact]
    public async Task Program_that_cannot_write_is_failing_because_the_disk_is_full_and_runs_once_there_is_room()
    {
        await using var panel = await FaultyPanel.StartAsync(browser, app => FaultyTemplates.Add(app.DataDirectory, "writer", "head -c 1000000 /dev/zero >/data/world || exit 1; echo saved; sleep 600"));
        var id = await panel.CreateAsync("writer", start: false);
        using var disk = SmallDisk.Mount(await VolumeAsync(panel, id), 4);
        disk.Fill();
        await panel.Get<ChangePower>().RunAsync(panel.Admin, id, PowerAction.Start, CancellationToken.None);
        await panel.UntilAsync(id, ServerPhase.Failing);
        await Deadline.UntilAsync("the reason", async () => (await panel.RowAsync(id)).Reason?.StartsWith("The disk is full: its plan has", StringComparison.Ordinal) == true);
        disk.Free();
        await panel.UntilAsync(id, ServerPhase.Running);
    }

    [Fact]
    public async Task Panel_without_room_refuses_in_words_loses_nothing_acknowledged_and_goes_on_when_there_is_room()
    {
        var ports = FreePort.Next();
        await using var panel = new PanelProcess().With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword)
            .With("Panel:Ports:First", $"{ports}").With("Panel:Ports:Last", $"{ports + 999}");
        using var disk = SmallDisk.Mount(panel.DataDirectory, 48);
        await using var services = await OutsideView.PrepareAsync(panel.DataDirectory, ports);
        var actor = await OutsideView.AdministratorAsync(services);
        var (create, rename) = (services.GetRequiredService<CreateServer>(), services.GetRequiredService<RenameServer>());
        // before the panel starts: it is not told of what another process asks
        var first = await create.RunAsync(actor, new() { Name = "First", Template = "demo", Plan = "tiny" }, CancellationToken.None);
        await panel.StartAsync();
        await ReachedAsync(panel, services, "the first server runs");

        disk.Fill();
        var told = new HashSet<string>();
        PanelException? refusal = null;
        for (var number = 0; number < 900 && refusal is null; number++)
        {
            refusal = await CatchAsync(() => create.RunAsync(actor, new() { Name = $"Server {number}", Template = "demo", Plan = "tiny", Start = false }, CancellationToken.None));
            if (refusal is null) told.Add($"Server {number}");
        }
        Assert.Equal("The panel's own disk is full, so nothing was changed. An administrator has to make room on it.", refusal?.Message);
        Assert.IsType<StorageFullException>(await CatchAsync(() => rename.RunAsync(actor, first, new() { Name = "Renamed" }, CancellationToken.None)));
        await panel.KillAsync();
        disk.Free();

        await panel.StartAsync();
        var rows = await services.GetRequiredService<ServerQueries>().ListAsync(actor, CancellationToken.None);
        Assert.Equal([.. told, "First"], rows.Select(row => row.Name).ToHashSet());
        await ReachedAsync(panel, services, "every server is as wanted");

        disk.Fill();
        await panel.StopAsync();
        Assert.Empty(LeftProcesses.Find(panel.DataDirectory));
        disk.Free();
        await panel.StartAsync();
        await ReachedAsync(panel, services, "every server is as wanted again");
        Assert.Null(await CatchAsync(() => rename.RunAsync(actor, first, new() { Name = "Renamed" }, CancellationToken.None)));
    }

    [Fact]
    public async Task Panel_that_gets_room_again_goes_on_without_a_restart()
    {
        using var place = new TempFolder();
        using var disk = SmallDisk.Mount(place.Path, 48);
        await using var panel = await FaultyPanel.StartAsync(browser, app => app.With("Panel:DataDirectory", place.Path));
        var kept = await panel.CreateAsync("demo", "Kept");
        await panel.UntilAsync(kept, ServerPhase.Running);
        disk.Fill();
        // the database may have room of its own left; the cluster has none
        var power = panel.Get<ChangePower>();
        var stop = await CatchAsync(() => power.RunAsync(panel.Admin, kept, PowerAction.Stop, CancellationToken.None));
        Assert.True(stop is null or StorageFullException, stop?.Message);
        disk.Free();
        if (stop is not null) await power.RunAsync(panel.Admin, kept, PowerAction.Stop, CancellationToken.None);
        await panel.UntilAsync(kept, ServerPhase.Offline);
        await panel.UntilAsync(await panel.CreateAsync("demo", "Another"), ServerPhase.Running);
    }

    static async Task<PanelException?> CatchAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (PanelException refusal)
        {
            return refusal;
        }
    }

    static async Task ReachedAsync(PanelProcess panel, ServiceProvider services, string what)
    {
        try
        {
            await Deadline.UntilAsync(what, () => IsReachedAsync(panel, services), TimeSpan.FromSeconds(90));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{panel.Output}", late);
        }
    }

    static async Task<bool> IsReachedAsync(PanelProcess panel, ServiceProvider services)
    {
        try
        {
            var (names, running) = await OutsideView.WantedAsync(services);
            return (await OutsideView.ListAsync(panel.DataDirectory, "/apis/apps/v1", "statefulsets")).SetEquals(names)
                && (await OutsideView.ReadyAsync(panel.DataDirectory)).SetEquals(running);
        }
        catch (Exception notYet) when (notYet is HttpRequestException or IOException)
        {
            return false;
        }
    }

    // its folder is there when the cluster has bound the claim
    static async Task<string> VolumeAsync(FaultyPanel panel, ServerId id)
    {
        await panel.UntilAsync(id, ServerPhase.Offline);
        var volumes = Path.Combine(panel.DataDirectory, "cluster", "volumes");
        await Deadline.UntilAsync("the volume", () => Directory.Exists(volumes) && Directory.GetDirectories(volumes).Length == 1);
        return Directory.GetDirectories(volumes).Single();
    }
}
