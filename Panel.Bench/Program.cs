using System.Runtime.InteropServices;
using Panel.Bench;

// dotnet run -c Release --project Panel.Bench -- [startup] [create] [idle] [echo] [flood] [console] [list] [audit] [permissions] [users] [servers] [signin] [api] [pods] [watch] [exec] [search] [files] [apply] [many] [templates]      all of them when none is named
if (args is [BareWeb.Argument, var address, .. var files])
{
    await BareWeb.RunAsync(address, files.FirstOrDefault());
    return 0;
}
var claims = new Dictionary<string, Func<CancellationToken, Task<Row[]>>>
{
    ["startup"] = Startup.MeasureAsync,
    ["create"] = CreateToRunning.MeasureAsync,
    ["idle"] = IdleMemory.MeasureAsync,
    ["echo"] = CommandEcho.MeasureAsync,
    ["flood"] = ConsoleFlood.MeasureAsync,
    ["console"] = ConsoleViewers.MeasureAsync,
    ["list"] = ServersPage.MeasureAsync,
    ["audit"] = AuditPages.MeasureAsync,
    ["permissions"] = PermissionCheck.MeasureAsync,
    ["users"] = UserPages.MeasureAsync,
    ["servers"] = ServerPages.MeasureAsync,
    ["signin"] = SignInTime.MeasureAsync,
    ["api"] = ServersApi.MeasureAsync,
    ["pods"] = PodList.MeasureAsync,
    ["watch"] = WatchPace.MeasureAsync,
    ["exec"] = ExecTrip.MeasureAsync,
    ["search"] = ConsoleHistorySearch.MeasureAsync,
    ["files"] = FileTransfers.MeasureAsync,
    ["apply"] = ManyApplied.MeasureAsync,
    ["many"] = StartWithMany.MeasureAsync,
    ["templates"] = TemplatePages.MeasureAsync,
};
if (args.FirstOrDefault(name => !claims.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no claim {unknown}; there are {string.Join(", ", claims.Keys)}.");
    return 2;
}

// ended by a signal or by a fault, each claim still takes down what it put up
using var stopping = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var (names, rows, failed) = (args.Length > 0 ? args : [.. claims.Keys], new List<Row>(), false);
Console.WriteLine(Results.Heading);
foreach (var name in names)
{
    try
    {
        foreach (var row in await claims[name](stopping.Token))
        {
            rows.Add(row);
            Console.WriteLine(Results.Line(row));
        }
    }
    catch (Exception failure) when (!stopping.IsCancellationRequested)
    {
        failed = true;
        Console.Error.WriteLine($"{name}: {failure}");
    }
    catch (OperationCanceledException)
    {
        return 130;
    }
}
if (rows.Count > 0) await Results.WriteAsync(rows, all: !failed && names.Length == claims.Count, stopping.Token);
return failed ? 1 : 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}
