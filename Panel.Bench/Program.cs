using Panel.Bench;

// dotnet run --project Panel.Bench -- [startup] [create] [idle] [echo] [flood] [list]      all of them when none is named
var claims = new Dictionary<string, Func<CancellationToken, Task<Row[]>>>
{
    ["startup"] = Startup.MeasureAsync,
    ["create"] = CreateToRunning.MeasureAsync,
    ["idle"] = IdleMemory.MeasureAsync,
    ["echo"] = CommandEcho.MeasureAsync,
    ["flood"] = ConsoleFlood.MeasureAsync,
    ["list"] = ServersPage.MeasureAsync,
};
if (args.FirstOrDefault(name => !claims.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no claim {unknown}; there are {string.Join(", ", claims.Keys)}.");
    return 2;
}

using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) => (pressed.Cancel, _) = (true, stopping.CancelAsync());
Console.WriteLine("| claim | wanted | measured | beside it |");
Console.WriteLine("| --- | --- | --- | --- |");
foreach (var name in args.Length > 0 ? args : [.. claims.Keys])
{
    foreach (var row in await claims[name](stopping.Token)) Console.WriteLine($"| {row.Claim} | {row.Wanted} | {row.Measured} | {row.Beside} |");
}
return 0;
