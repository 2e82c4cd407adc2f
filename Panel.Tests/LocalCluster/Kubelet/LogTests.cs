using System.Text;
using Panel.LocalCluster.Kubelet.Logs;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubelet;

[Trait("Lane", "cluster")]
public sealed class LogTests
{
    [Fact]
    public async Task Follower_sees_every_line_across_rotations()
    {
        await using var machine = await LocalMachine.StartAsync(options: options => (options.LogMaxBytes, options.LogFiles) = (20_000, 1000));
        await machine.RunAsync("talk", "sleep 0.5; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo \"line $i\"; done; sleep 0.5; exit 0", pod => pod.Spec.RestartPolicy = "Never");
        await machine.UntilRunningAsync("talk");

        var followed = await machine.LogAsync("talk", "?follow=true").Within("the end of the log");

        Assert.Equal(Enumerable.Range(1, 20_000).Select(number => $"line {number}"), followed.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("line 19998\nline 19999\nline 20000\n", await machine.LogAsync("talk", "?tailLines=3"));
        Assert.Equal(20_000 - 5000 + 1, (await machine.LogAsync("talk", "?tailLines=15001")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("line 1\nlin", await machine.LogAsync("talk", "?limitBytes=10"));
    }

    [Fact]
    public async Task Log_that_is_asked_for_while_its_program_starts_is_refused_or_whole()
    {
        await using var machine = await LocalMachine.StartAsync();
        using var client = machine.Client();
        for (var turn = 0; turn < 15; turn++)
        {
            await machine.RunAsync($"talk{turn}", "sleep 0.05; echo hello", pod => pod.Spec.RestartPolicy = "Never");
            await Deadline.UntilAsync("the log", async () =>
            {
                using var answer = await client.GetAsync(new Uri($"/api/v1/namespaces/{LocalMachine.Space}/pods/talk{turn}/log?follow=true", UriKind.Relative), TestContext.Current.CancellationToken);
                if (!answer.IsSuccessStatusCode) return false;
                Assert.Equal("hello\n", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                return true;
            });
        }
    }

    [Fact]
    public async Task Old_files_are_removed()
    {
        await using var machine = await LocalMachine.StartAsync(options: options => (options.LogMaxBytes, options.LogFiles) = (20_000, 3));
        await machine.RunAsync("talk", "i=0; while [ $i -lt 5000 ]; do i=$((i+1)); echo \"line $i\"; done; exit 0", pod => pod.Spec.RestartPolicy = "Never");
        await machine.UntilAsync("talk", "over", pod => pod.Status?.Phase == "Succeeded");

        Assert.InRange(Directory.EnumerateFiles(machine.Options.DataDirectory, "*.log", SearchOption.AllDirectories).Count(), 2, 3);
        Assert.EndsWith("line 5000\n", await machine.LogAsync("talk"));
    }

    [Fact]
    public async Task Time_stamps_rise_and_since_cuts()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("talk", "echo a; echo b; sleep 0.1; echo c; exit 0", pod => pod.Spec.RestartPolicy = "Never");
        await machine.UntilAsync("talk", "over", pod => pod.Status?.Phase == "Succeeded");

        var lines = (await machine.LogAsync("talk", "?timestamps=true")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Order(), lines);
        Assert.Equal(["a", "b", "c"], lines.Select(line => line[(LogStamp.Length + 1)..]));
        Assert.Equal("b\nc\n", await machine.LogAsync("talk", $"?sinceTime={lines[1][..LogStamp.Length]}"));
    }

    [Fact]
    public async Task Long_lines_and_bytes_that_are_no_text_come_back_as_they_were()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("long", "head -c 100000 /dev/zero | tr '\\0' x; echo; printf 'end without a newline'; exit 0", pod => pod.Spec.RestartPolicy = "Never");
        await machine.UntilAsync("long", "over", pod => pod.Status?.Phase == "Succeeded");

        Assert.Equal(new string('x', 100_000) + "\nend without a newline", await machine.LogAsync("long"));
        Assert.Equal("end without a newline", (await machine.LogAsync("long", "?tailLines=1")).Split('\n')[^1]);
    }

    [Fact]
    public async Task Log_of_a_pod_that_has_not_started_is_refused()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("strange", "", pod => pod.Spec.Containers[0].Image = "nobody/knows:1");
        await machine.UntilAsync("strange", "refused", pod => pod.Status?.ContainerStatuses?[0].State?.Waiting is not null);

        using var client = machine.Client();
        using var answer = await client.GetAsync(new Uri("/api/v1/namespaces/default/pods/strange/log", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("container \\u0022game\\u0022 in pod \\u0022strange\\u0022 is waiting to start", (await answer.Content.ReadAsStringAsync()).Replace("\\\"", "\\u0022"));
    }

    [Fact]
    public async Task Torn_line_of_a_killed_panel_is_skipped()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["log"]);
        File.WriteAllText(Path.Combine(folder["log"], "00000001.log"), "2026-01-01T00:00:00.000000000Z stdout F whole\n2026-01-01T00:0");
        using (var log = new ContainerLog(folder["log"], 1 << 20, 2, TimeProvider.System, _ => { }))
        {
            log.Append("next"u8, stderr: false, partial: false);
            log.End();
        }
        var text = new StringBuilder();
        var reader = new LogReader(folder["log"], null);
        await reader.ReadAsync(reader.Start, false, (in LogEntry entry) => { text.Append(Encoding.UTF8.GetString(entry.Text)).Append('|'); return true; }, _ => ValueTask.CompletedTask, CancellationToken.None);
        Assert.Equal("whole|next|", text.ToString());
    }
}
