using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Tests.Support;

namespace Panel.Tests.Kube.Servers;

/// <summary>Servers whose game is a few lines of shell.</summary>
static class TestSpecs
{
    /// <summary>Echoes what is typed, counts its starts in a file, and ends when told to stop.</summary>
    public const string Echo = """
        echo start >> /data/starts; echo "started $(wc -l < /data/starts)"
        while read -r line; do
          case $line in
            stop) echo saving; echo saved >> /data/saved; exit 0 ;;
            crash) exit 3 ;;
            *) echo "heard: $line" ;;
          esac
        done
        """;

    public static ServerSpec Of(string script, string name = "box") => new()
    {
        Id = ServerId.New(),
        ObjectName = $"{name}-{Guid.NewGuid().ToString("N")[..8]}",
        DisplayName = "A \"box\" with 🎮 & 'quotes'",
        OwnerId = "owner",
        Template = "test",
        Image = Cluster.Image,
        Command = ["sh", "-c", script],
        Environment = new Dictionary<string, string> { ["GREETING"] = "it's $(HOME) $$ 🎉 \"x\"" },
        SecretEnvironment = new Dictionary<string, string> { ["TOKEN"] = "s3cret $(GREETING)" },
        MountPath = "/data",
        CpuMillis = 1000,
        MemoryMiB = 256,
        DiskMiB = 128,
        StopCommand = "stop",
        StopTimeout = TimeSpan.FromSeconds(10),
        Starts = 1,
    };
}
