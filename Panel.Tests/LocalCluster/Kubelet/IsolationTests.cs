using Panel.Kube.Wire;
using Panel.LocalCluster;
using Panel.LocalCluster.Kubelet.Sandbox;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubelet;

[Trait("Lane", "cluster")]
public sealed class IsolationTests
{
    const string Idle = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

    static async Task<LocalMachine> StartAsync()
    {
        var machine = await LocalMachine.StartAsync();
        if (machine.Host.Isolation.On) return machine;
        var reason = machine.Host.Isolation.Reason;
        await machine.DisposeAsync();
        Assert.Skip($"No sandbox on this machine: {reason}");
        return machine;
    }

    [Theory]
    [InlineData("ls /root")]
    [InlineData("ls /home")]
    [InlineData("cat /etc/shadow")]
    [InlineData("echo x > /usr/x")]
    [InlineData("echo x > /etc/x")]
    [InlineData("echo x > /x")]
    [InlineData("cp /proc/sys/kernel/core_pattern /tmp/same && cat /tmp/same > /proc/sys/kernel/core_pattern")]
    [InlineData("cp /proc/sys/kernel/core_pattern /tmp/same && unshare -Urpfm --mount-proc sh -c 'cat /tmp/same > /proc/sys/kernel/core_pattern'")]
    [InlineData("cp /proc/sys/kernel/core_pattern /tmp/same && unshare -Urm sh -c 'umount /proc/sys; mount -o remount,rw,bind /proc/sys; cat /tmp/same > /proc/sys/kernel/core_pattern'")]
    [InlineData("unshare -Urm sh -c 'mount -o remount,rw,bind /usr && touch /usr/x'")]
    [InlineData("cat \"$DIRECTORY/kubeconfig\"")]
    [InlineData("ls \"$DIRECTORY\"")]
    [InlineData("kill -0 $OUTSIDE")]
    [InlineData("mount -t tmpfs tmpfs /data")]
    public async Task Pod_cannot(string what)
    {
        await using var machine = await StartAsync();
        await machine.RunAsync("jail", $"{what} && echo escaped; exit 3", pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.Containers[0].Env = [new() { Name = "DIRECTORY", Value = machine.Options.DataDirectory }, new() { Name = "OUTSIDE", Value = $"{Environment.ProcessId}" }];
        });

        await machine.UntilAsync("jail", "over", pod => pod.Status?.Phase == "Failed");

        Assert.DoesNotContain("escaped", await machine.LogAsync("jail"));
    }

    [Fact]
    public async Task Pod_sees_its_volumes_where_it_mounts_them_and_no_other_pods()
    {
        await using var machine = await StartAsync();
        await machine.Objects.CreateAsync(new ConfigMap { Metadata = new() { Name = "settings", Namespace = LocalMachine.Space }, Data = new() { ["a.txt"] = "one" } }, CancellationToken.None);
        void WithVolumes(Pod pod)
        {
            pod.Spec.Volumes = [new() { Name = "data", EmptyDir = new() }, new() { Name = "settings", ConfigMap = new() { Name = "settings" } }];
            pod.Spec.Containers[0].VolumeMounts = [new() { Name = "data", MountPath = "/home/container" }, new() { Name = "settings", MountPath = "/settings" }];
            pod.Spec.Containers[0].WorkingDir = "/home/container";
        }
        await machine.RunAsync("one", "echo secret of one > mine; " + Idle, WithVolumes);
        await machine.UntilRunningAsync("one");
        await machine.RunAsync("two", "pwd; ls -A; cat /settings/a.txt; echo; echo x > /settings/a.txt; find / -name mine 2>/dev/null; echo HOME=$HOME $(hostname) $(id -u); exit 0", pod =>
        {
            WithVolumes(pod);
            pod.Spec.RestartPolicy = "Never";
        });
        await machine.UntilAsync("two", "over", pod => pod.Status?.Phase == "Succeeded");

        Assert.Equal(
            ["/home/container", "/bin/sh: 1: cannot create /settings/a.txt: Read-only file system", "one", "HOME=/home/container two 1000"],
            (await machine.LogAsync("two")).Split('\n', StringSplitOptions.RemoveEmptyEntries).OrderBy(line => line[0] is '/' ? 0 : line[0] is 'o' ? 1 : 2));
    }

    [Fact]
    public async Task Environment_of_the_panel_and_secrets_stay_where_they_belong()
    {
        Environment.SetEnvironmentVariable("PANEL_TEST_SECRET", "of the panel");
        await using var machine = await StartAsync();
        await machine.Objects.CreateAsync(new Secret { Metadata = new() { Name = "pass", Namespace = LocalMachine.Space }, Data = new() { ["word"] = "hunter2-secret"u8.ToArray() } }, CancellationToken.None);
        await machine.RunAsync("env", "env; echo; " + Idle, pod => pod.Spec.Containers[0].Env = [new() { Name = "PASSWORD", ValueFrom = new() { SecretKeyRef = new() { Name = "pass", Key = "word" } } }, new() { Name = "LD_PRELOAD", Value = "/data/evil.so" }]);
        await machine.UntilRunningAsync("env");
        await Deadline.UntilAsync("its log", async () => (await machine.LogAsync("env")).Contains("PASSWORD=hunter2-secret"));

        Assert.DoesNotContain("of the panel", await machine.LogAsync("env"));
        var lines = Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)).Select(path => Path.Combine(path, "cmdline")).Select(Read).ToList();
        Assert.DoesNotContain(lines, line => line.Contains("hunter2-secret"));

        static string Read(string path)
        {
            try
            {
                return File.ReadAllText(path);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }
    }

    [Fact]
    public async Task Pod_of_a_program_of_the_panel_reads_that_program_and_neither_settings_nor_data()
    {
        var bundle = AppContext.BaseDirectory.TrimEnd('/');
        Assert.True(File.Exists($"{bundle}/appsettings.json"), "the panel's settings lie beside its programs");
        await using var machine = await StartAsync();
        await machine.RunAsync("demo", """
            cd "$BUNDLE" && for file in * .[!.]*; do [ -e "$file" ] && echo "sees $file"; done
            for path in appsettings.json Panel.Core.dll "$DATA" "$DATA/.." "$DATA/kubeconfig" "$DATA/store" "$DATA/token"; do head -c1 "$path" >/dev/null 2>&1 && echo "reads $path"; ls "$path" >/dev/null 2>&1 && echo "lists $path"; done
            exit 0
            """, pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.Containers[0].Image = "panel/demo-game:1";
            pod.Spec.Containers[0].WorkingDir = "/tmp";
            pod.Spec.Containers[0].Env = [new() { Name = "BUNDLE", Value = bundle }, new() { Name = "DATA", Value = machine.Options.DataDirectory }];
        });
        await machine.UntilAsync("demo", "over", pod => pod.Status?.Phase == "Succeeded");

        Assert.Equal(["sees Panel.Games.deps.json", "sees Panel.Games.dll", "sees Panel.Games.runtimeconfig.json"], Lines(await machine.LogAsync("demo")));
    }

    [Fact]
    public async Task Private_paths_are_empty_though_they_lie_in_what_every_pod_sees()
    {
        var folder = Directory.EnumerateDirectories("/usr/share").First(path => Directory.EnumerateFiles(path).Any());
        var file = Directory.EnumerateFiles("/usr/bin").First(path => new FileInfo(path).Length > 0);
        await using var machine = await LocalMachine.StartAsync(options: options => options.Private = [folder, file]);
        if (!machine.Host.Isolation.On) Assert.Skip(machine.Host.Isolation.Reason);
        await machine.RunAsync("look", $"ls -A '{folder}'; cat '{file}' 2>/dev/null && echo read; touch '{folder}/x' 2>/dev/null && echo written; echo over; exit 0", pod => pod.Spec.RestartPolicy = "Never");
        await machine.UntilAsync("look", "over", pod => pod.Status?.Phase == "Succeeded");

        Assert.Equal(["over"], Lines(await machine.LogAsync("look")));
    }

    /// <summary>Everything a pod can read beside the system's programs. Who makes this list longer thinks about what stands in it.</summary>
    [Fact]
    public async Task Pod_reads_the_systems_programs_its_own_files_and_this_list()
    {
        await using var machine = await StartAsync();
        await machine.RunAsync("other", "echo mine > /data/mine; " + Idle, WithData);
        await machine.UntilRunningAsync("other");
        await machine.RunAsync("look", """
            for place in / /etc /home /root /run /var /var/tmp /mnt /media /srv /sys /boot /data /tmp /dev; do ls -A "$place" 2>/dev/null | sed "s|^|$place: |"; done | grep -v '^/etc: java'
            for process in /proc/[0-9]*; do read -r name < "$process/comm" && echo "process: $name"; done
            find /proc/1/fd -mindepth 1 -printf 'descriptor: %f\n'
            exit 0
            """, pod =>
        {
            WithData(pod);
            pod.Spec.RestartPolicy = "Never";
        });
        await machine.UntilAsync("look", "over", pod => pod.Status?.Phase == "Succeeded");

        var seen = Lines(await machine.LogAsync("look")).ToLookup(line => line.Split(": ")[0], line => line.Split(": ")[1]);
        Assert.Empty(seen["/"].Except(["bin", "data", "dev", "etc", "lib", "lib32", "lib64", "libx32", "opt", "proc", "run", "sbin", "tmp", "usr", "var"]));
        Assert.Empty(seen["/etc"].Except([
                "alternatives", "ca-certificates", "fonts", "group", "hostname", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf",
                "os-release", "passwd", "pki", "protocols", "resolv.conf", "services", "ssl", "timezone",
            ]));
        Assert.Equal(["tmp"], seen["/var"]);
        Assert.Empty(seen["/dev"].Except(["console", "core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero"]));
        Assert.Equal(["sh"], seen["process"].Distinct());
        Assert.Empty(seen["descriptor"].Except(["0", "1", "2"]));
        Assert.Empty(new[] { "/home", "/root", "/run", "/var/tmp", "/mnt", "/media", "/srv", "/sys", "/boot", "/data", "/tmp" }.SelectMany(place => seen[place]));

        static void WithData(Pod pod)
        {
            pod.Spec.Volumes = [new() { Name = "data", EmptyDir = new() }];
            pod.Spec.Containers[0].VolumeMounts = [new() { Name = "data", MountPath = "/data" }];
        }
    }

    static string[] Lines(string log) => log.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void Arguments_name_every_volume_and_only_what_is_needed()
    {
        var host = new HostLayout(new Dictionary<string, string> { ["/bin"] = "usr/bin" }, ["/usr"], []);
        var spec = new LaunchSpec
        {
            Program = ["game"],
            Environment = new Dictionary<string, string> { ["A"] = "b c" },
            Hostname = "pod-0",
            WorkingDirectory = "/data",
            Mounts = [new("/v/inner", "/data/inner", true), new("/v/data", "/data", false)],
            ReadOnlyPaths = ["/opt/java", "/usr/games"],
        };

        var text = string.Join(' ', SandboxArguments.Build(spec, host, "/run"));

        Assert.Contains("--bind /v/data /data --ro-bind /v/inner /data/inner", text);
        Assert.Contains("--ro-bind-try /opt/java /opt/java", text);
        Assert.DoesNotContain("/usr/games", text);
        Assert.Contains("--symlink usr/bin /bin", text);
        Assert.EndsWith("--remount-ro / --chdir /data --clearenv --setenv A b c", text);
    }

    [Theory]
    [InlineData("/data", "/v")]
    [InlineData("--dir=/data/world", "--dir=/v/world")]
    [InlineData("cd /data; ls '/data'", "cd /v; ls '/v'")]
    [InlineData("/database /data2 /x/data /data.bak", "/database /data2 /x/data /data.bak")]
    public void Mount_paths_are_translated_without_a_sandbox(string text, string expected) =>
        Assert.Equal(expected, new PathTranslation([new("/v", "/data", false)]).Translate(text));

    [Fact]
    public void Process_one_of_a_hook_is_the_program_without_a_sandbox() =>
        Assert.Equal("printf x > /proc/77/fd/0; while kill -0 77 2>/dev/null; do kill -s INT 77; done", PathTranslation.TranslateProcess("printf x > /proc/1/fd/0; while kill -0 1 2>/dev/null; do kill -s INT 1; done", 77));
}
