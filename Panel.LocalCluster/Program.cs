using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Panel.LocalCluster;

// The cluster by itself: dotnet run --project Panel.LocalCluster -- --data DIR --port N
var options = new LocalClusterOptions { Port = 6500 };
for (var i = 0; i < args.Length; i++)
{
    if (i + 1 == args.Length || !Take(args[i], args[i + 1]))
    {
        Console.Error.WriteLine("Usage: Panel.LocalCluster [--data DIR] [--port N] [--token TOKEN] [--isolation Auto|Off|Required] [--on-shutdown Stop|Keep] [--images DIR]");
        return 2;
    }
    i++;
}

using var loggers = LoggerFactory.Create(logging => logging.AddFilter("Microsoft", LogLevel.Warning).AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss ")));
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    await using var cluster = await LocalClusterHost.StartAsync(options, loggers, TimeProvider.System, stop.Token);
    Console.WriteLine($"""
        The cluster answers at {cluster.Address}. {cluster.Isolation.Reason}
        Use it with kubectl:

            export KUBECONFIG={cluster.KubeconfigPath}
            kubectl get nodes

        Ctrl-C ends it.
        """);
    await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    Console.WriteLine("Ending.");
    return 0;
}
catch (Exception refused) when (refused is InvalidOperationException or IOException or InvalidDataException)
{
    Console.Error.WriteLine(refused.Message);
    return 1;
}

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

bool Take(string name, string value)
{
    switch (name)
    {
        case "--data": options.DataDirectory = value; return true;
        case "--token": options.Token = value; return true;
        case "--images": options.ImagesDirectory = value; return true;
        case "--port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port): options.Port = port; return true;
        case "--isolation" when Enum.TryParse<IsolationMode>(value, ignoreCase: true, out var mode): options.Isolation = mode; return true;
        case "--on-shutdown" when Enum.TryParse<ShutdownMode>(value, ignoreCase: true, out var mode): options.OnShutdown = mode; return true;
        default: return false;
    }
}
