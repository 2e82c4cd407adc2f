using System.Globalization;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>What a cluster must know of a server: its row and its template, put together. Pure.</summary>
internal static class ServerSpecs
{
    /// <summary>The spec of a server.</summary>
    /// <param name="server">The row.</param>
    /// <param name="template">What it is made from.</param>
    /// <param name="timeZone">The panel's time zone.</param>
    /// <param name="ownerEmail">The mail address of its owner.</param>
    /// <param name="nodes">The nodes that it is on; null for any.</param>
    public static ServerSpec Spec(this Server server, Template template, string timeZone, string ownerEmail = "", NodePool? nodes = null)
    {
        var environment = Environment(server, template, timeZone);
        var image = template.Images.GetValueOrDefault(server.Image) ?? template.Images.First().Value;
        var startup = template.Startup(server.Startup);
        var secrets = template.Variables.Where(variable => variable.Secret).Select(variable => variable.Env).ToHashSet(StringComparer.Ordinal);
        secrets.ExceptWith(Reserved(server, template, timeZone).Keys);
        return new()
        {
            Id = server.Id,
            ObjectName = server.ObjectName,
            DisplayName = server.Name,
            OwnerId = server.OwnerId,
            Template = server.Template,
            Image = image.TrimStart('~'),
            NeverPulled = image.StartsWith('~'),
            Command = StartCommand.Of(template, startup, name => environment.GetValueOrDefault(name)),
            Environment = environment.Where(pair => !secrets.Contains(pair.Key)).ToDictionary(),
            SecretEnvironment = environment.Where(pair => secrets.Contains(pair.Key)).ToDictionary(),
            MountPath = template.MountPath,
            Ports = [.. Ports(server, template)],
            NodePool = nodes,
            CpuMillis = server.CpuMillis,
            MemoryMiB = server.MemoryMiB,
            DiskMiB = server.DiskMiB,
            StopCommand = Stop(template.Stop),
            StopProgram = template is { Input: { Kind: InputKind.Exec } input, Stop: [not '^', ..] } ? [.. input.Command.Select(argument => argument == TemplateInput.Placeholder ? template.Stop : argument)] : [],
            StoppedFromOutside = AskToStop.Concerns(template),
            StopTimeout = TimeSpan.FromSeconds(template.StopSeconds),
            Starts = server.Starts,
            ReadOnlyRoot = template.ReadOnlyRoot,
            Record = Record(server, template, ownerEmail),
            Install = Install(server, template),
        };
    }

    /// <summary>What a cluster keeps of a server's row.</summary>
    static ServerRecord Record(Server server, Template template, string ownerEmail)
    {
        var secrets = template.Variables.Where(variable => variable.Secret).Select(variable => variable.Env).ToHashSet(StringComparer.Ordinal);
        return new()
        {
            Description = server.Description,
            OwnerEmail = ownerEmail,
            Image = server.Image,
            Startup = server.Startup.Length > 0 ? server.Startup : null,
            NodePool = server.NodePool.Length > 0 ? server.NodePool : null,
            Plan = server.Plan,
            CpuMillis = server.CpuMillis,
            MemoryMiB = server.MemoryMiB,
            DiskMiB = server.DiskMiB,
            Variables = new SortedDictionary<string, string>(server.Variables.Where(pair => !secrets.Contains(pair.Key)).ToDictionary(), StringComparer.Ordinal),
            SecretVariables = [.. server.Variables.Keys.Where(secrets.Contains).Order(StringComparer.Ordinal)],
            Ports = [.. server.Allocations.OrderBy(allocation => allocation.Order).Select(allocation => new RecordedPort(allocation.Name, allocation.Port, allocation.Protocol, allocation.Note.Length == 0 ? null : allocation.Note))],
            InstallAttempt = server.InstallAttempt,
            Installing = server.Hold is Hold.Installing or Hold.InstallFailed,
            Suspended = server.Suspension == Suspension.None ? null : server.SuspendReason,
            CreatedAt = server.CreatedAt,
        };
    }

    /// <summary>The value of a placeholder in a config file, from a fixed list of what may be named; null for anything else.</summary>
    public static string? Placeholder(this Server server, Template template, string timeZone, string name)
    {
        var parts = name.Split('.');
        if (parts is ["env", var own]) return Environment(server, template, timeZone).GetValueOrDefault(own);
        if (parts is ["config", "docker", "interface"]) return "127.0.0.1";   // the one name of a panel's own settings that eggs use, for servers beside this one
        if (parts[0] != "server") return null;
        return parts[1..] switch
        {
            ["id"] or ["uuid"] => server.Id.ToString(),
            ["name"] => server.Name,
            ["memory"] or ["build", "memory"] or ["build", "memory_limit"] => Text(server.MemoryMiB),
            ["cpu"] or ["build", "cpu"] => Text(server.CpuMillis / 10),
            ["disk"] or ["build", "disk"] => Text(server.DiskMiB),
            ["environment", var variable] => Environment(server, template, timeZone).GetValueOrDefault(variable),
            ["build", "env", var variable] => Environment(server, template, timeZone).GetValueOrDefault(variable),
            ["allocations" or "build", "default", "ip"] or ["allocations", _, "ip"] => "0.0.0.0",
            ["allocations" or "build", "default", "port"] => server.MainPort() is { } main ? Text(main) : null,
            ["allocations", var port, "port"] => server.Port(port) is { } number ? Text(number) : null,
            _ => null,
        };
    }

    /// <summary>The port that players are told; null where the game has none.</summary>
    public static int? MainPort(this Server server) => server.Allocations.MinBy(allocation => allocation.Order)?.Port;

    static int? Port(this Server server, string name) => server.Allocations.FirstOrDefault(allocation => allocation.Name == name)?.Port;

    /// <summary>The ports of the game, and those that the server's people took beside them.</summary>
    static IEnumerable<ServerPort> Ports(Server server, Template template)
    {
        var known = template.Ports.Where(port => server.Port(port.Name) is not null);
        var extra = server.Allocations.Where(port => port.Protocol is not null).OrderBy(port => port.Port).Select(port => new TemplatePort(port.Name, port.Protocol!, Env: ""));
        return known.Concat(extra).SelectMany(port => port.Protocols()
            .Select((protocol, more) => new ServerPort(more == 0 ? port.Name : Second(port.Name), server.Port(port.Name)!.Value, protocol, port.Probed && protocol == "TCP", port.Internal)));
    }

    /// <summary>The name of a port's other protocol: no longer than a port's name may be in Kubernetes.</summary>
    static string Second(string name) => (name.Length > 11 ? name[..11].TrimEnd('-') : name) + "-udp";

    static Dictionary<string, string> Environment(Server server, Template template, string timeZone)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in template.Variables)
        {
            var value = server.Variables.GetValueOrDefault(variable.Env, variable.Default);
            environment[variable.Env] = value;
            // eggs may name a variable in small letters, and their scripts mean it in capital ones
            if (template.StartedBy is not StartedBy.Panel) environment.TryAdd(variable.Env.ToUpperInvariant(), value);
        }
        foreach (var (name, value) in Reserved(server, template, timeZone)) environment[name] = value; // no variable may stand in for these
        return environment;
    }

    /// <summary>What the panel alone says; images made for eggs know these names.</summary>
    static Dictionary<string, string> Reserved(Server server, Template template, string timeZone)
    {
        var reserved = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TZ"] = timeZone,
            ["SERVER_UUID"] = server.Id.ToString(),
            ["SERVER_MEMORY"] = Text(server.MemoryMiB),
            ["SERVER_IP"] = "0.0.0.0",
        };
        if (template.StartedBy is not StartedBy.Panel)
        {
            reserved["STARTUP"] = template.Startup(server.Startup) ?? "";   // as it is written: the image's shell puts the values in
            reserved["P_SERVER_UUID"] = server.Id.ToString();
            reserved["P_SERVER_LOCATION"] = "";
            reserved["P_SERVER_ALLOCATION_LIMIT"] = "0";
        }
        foreach (var port in template.Ports)
        {
            if (server.Port(port.Name) is { } number) reserved[port.Env] = Text(number);
        }
        if (server.MainPort() is { } main) reserved["SERVER_PORT"] = Text(main);
        return reserved;
    }

    static InstallSpec? Install(Server server, Template template)
    {
        if (server.InstallAttempt == 0 || template.Install is not { } install) return null;
        return new(install.Image, install.Entrypoint, install.Script.ReplaceLineEndings("\n"), server.InstallAttempt, server.InstallWipes, install.Root);
    }

    /// <summary><c>^C</c> and its like are SIGINT, as people mean it; SIGTERM is what comes anyway.</summary>
    static string? Stop(string stop)
    {
        var signal = stop.TrimStart('^');
        if (stop.Length == 0 || stop == signal) return stop.Length == 0 ? null : stop;
        var name = signal.ToUpperInvariant();
        name = name switch { "C" => "SIGINT", "" => "SIGTERM", _ when name.StartsWith("SIG", StringComparison.Ordinal) => name, _ => "SIG" + name };
        return name == "SIGTERM" ? null : "^" + name;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
