using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Games;

/// <summary>A server's jar as small as can be: it prints the ready line, echoes, and ends on "stop". Built here with the machine's JDK.</summary>
static class JavaServer
{
    const string Source = """
        import java.io.*;
        import java.nio.file.*;
        import java.util.*;

        public class Server {
            public static void main(String[] arguments) throws Exception {
                Properties properties = new Properties();
                try (Reader reader = Files.newBufferedReader(Paths.get("server.properties"))) { properties.load(reader); }
                System.out.println("arguments: " + String.join(" ", arguments));
                System.out.println("heap: " + Runtime.getRuntime().maxMemory() / 1048576);
                System.out.println("port: " + properties.getProperty("server-port") + " motd: " + properties.getProperty("motd"));
                System.out.println("[12:00:00] [Server thread/INFO]: Done (0.123s)! For help, type \"help\"");
                BufferedReader console = new BufferedReader(new InputStreamReader(System.in));
                for (String line; (line = console.readLine()) != null; ) {
                    if (line.equals("stop")) { System.out.println("stopped"); System.exit(0); }
                    System.out.println("you typed " + line);
                }
            }
        }
        """;

    static readonly Lazy<Task<byte[]?>> Built = new(BuildAsync);

    /// <summary>The jar; skips the test where there is no JDK.</summary>
    public static async Task<byte[]> JarAsync()
    {
        var jar = await Built.Value;
        Assert.SkipWhen(jar is null, "No JDK here (javac, jar).");
        return jar!;
    }

    static async Task<byte[]?> BuildAsync()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!new[] { "javac", "jar", "java" }.All(program => path.Any(folder => File.Exists(Path.Combine(folder, program))))) return null;
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["Server.java"], Source);
        await RunAsync("javac", "--release", "8", "-Xlint:-options", "Server.java");
        await RunAsync("jar", "cfe", "server.jar", "Server", "Server.class");
        return await File.ReadAllBytesAsync(folder["server.jar"]);

        async Task RunAsync(string program, params string[] arguments)
        {
            await using var running = ConsoleProgram.Start(folder.Path, program, arguments);
            Assert.True(await running.ExitAsync(TimeSpan.FromMinutes(2)) == 0, running.Output);
        }
    }
}
