using Panel.Kube.Wire;

namespace Panel.LocalCluster.Rules;

/// <summary>What a container of a pod must be.</summary>
static class ContainerRules
{
    public static void Check(string field, Container container, HashSet<string> names, HashSet<string> volumes, Faults faults)
    {
        if (container.Name.Length == 0) faults.Required($"{field}.name");
        else if (Names.Label(container.Name) is { } wrong) faults.Invalid($"{field}.name", container.Name, wrong);
        else if (!names.Add(container.Name)) faults.Duplicate($"{field}.name", container.Name);
        if (string.IsNullOrWhiteSpace(container.Image)) faults.Required($"{field}.image");
        faults.OneOf($"{field}.imagePullPolicy", container.ImagePullPolicy, "Always", "IfNotPresent", "Never");
        faults.OneOf($"{field}.terminationMessagePolicy", container.TerminationMessagePolicy, "File", "FallbackToLogsOnError");
        CheckPorts($"{field}.ports", container.Ports ?? [], faults);
        foreach (var (i, variable) in (container.Env ?? []).Index()) CheckVariable($"{field}.env[{i}]", variable, faults);
        var paths = new HashSet<string>();
        foreach (var (i, mount) in (container.VolumeMounts ?? []).Index())
        {
            var at = $"{field}.volumeMounts[{i}]";
            if (mount.Name.Length == 0) faults.Required($"{at}.name");
            else if (!volumes.Contains(mount.Name)) faults.NotFound($"{at}.name", mount.Name);
            if (mount.MountPath.Length == 0) faults.Required($"{at}.mountPath");
            else if (!paths.Add(mount.MountPath)) faults.Invalid($"{at}.mountPath", mount.MountPath, "must be unique");
            if (mount.SubPath is { } sub && (sub.StartsWith('/') || sub.Split('/').Contains(".."))) faults.Invalid($"{at}.subPath", sub, "must be a relative path and must not contain '..'");
        }
        CheckResources($"{field}.resources", container.Resources, faults);
        CheckProbe($"{field}.startupProbe", container.StartupProbe, mustBeOne: true, faults);
        CheckProbe($"{field}.livenessProbe", container.LivenessProbe, mustBeOne: true, faults);
        CheckProbe($"{field}.readinessProbe", container.ReadinessProbe, mustBeOne: false, faults);
    }

    /// <summary>Checks what is asked for and what is allowed at most.</summary>
    public static void CheckResources(string field, ResourceRequirements? resources, Faults faults)
    {
        foreach (var (name, amount) in resources?.Limits ?? []) faults.Amount($"{field}.limits[{name}]", amount);
        foreach (var (name, amount) in resources?.Requests ?? [])
        {
            faults.Amount($"{field}.requests[{name}]", amount);
            if (resources!.Limits?.GetValueOrDefault(name) is { } limit && Quantity.TryParse(limit, out var most) && Quantity.TryParse(amount, out var asked) && asked > most)
                faults.Invalid($"{field}.requests", amount, $"must be less than or equal to {name} limit of {limit}");
        }
    }

    static void CheckPorts(string field, List<ContainerPort> ports, Faults faults)
    {
        var names = new HashSet<string>();
        foreach (var (i, port) in ports.Index())
        {
            if (port.Name is { Length: > 0 } name)
            {
                if (Names.PortName(name) is { } wrong) faults.Invalid($"{field}[{i}].name", name, wrong);
                else if (!names.Add(name)) faults.Duplicate($"{field}[{i}].name", name);
            }
            if (port.Number == 0) faults.Required($"{field}[{i}].containerPort");
            else faults.Between($"{field}[{i}].containerPort", port.Number, 1, 65535);
            faults.Between($"{field}[{i}].hostPort", port.HostPort, 0, 65535);
            faults.OneOf($"{field}[{i}].protocol", port.Protocol, "SCTP", "TCP", "UDP");
        }
    }

    static void CheckVariable(string field, EnvVar variable, Faults faults)
    {
        if (variable.Name.Length == 0) faults.Required($"{field}.name");
        else if (variable.Name.Any(character => character is < ' ' or '=' or > '~')) faults.Invalid($"{field}.name", variable.Name, "a valid environment variable name must consist only of printable ASCII characters other than '='");
        if (variable.ValueFrom is not { } from) return;
        if (!string.IsNullOrEmpty(variable.Value)) faults.Invalid($"{field}.valueFrom", "", "may not be specified when `value` is not empty");
        var sources = (from.FieldRef is null ? 0 : 1) + (from.ResourceFieldRef is null ? 0 : 1) + (from.ConfigMapKeyRef is null ? 0 : 1) + (from.SecretKeyRef is null ? 0 : 1);
        if (sources == 0) faults.Invalid($"{field}.valueFrom", "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        if (sources > 1) faults.Invalid($"{field}.valueFrom", "", "may not have more than one field specified at a time");
    }

    static void CheckProbe(string field, Probe? probe, bool mustBeOne, Faults faults)
    {
        if (probe is null) return;
        if (probe is { Exec: null, TcpSocket: null, HttpGet: null }) faults.Required(field, "must specify a handler type");
        if (probe.Exec is { Command.Count: 0 }) faults.Required($"{field}.exec.command");
        foreach (var port in (IntOrString?[])[probe.TcpSocket?.Port, probe.HttpGet?.Port])
        {
            if (port is { Text: null } number) faults.Between($"{field}.port", number.Number, 1, 65535);
        }
        faults.NotNegative($"{field}.initialDelaySeconds", probe.InitialDelaySeconds);
        faults.NotNegative($"{field}.timeoutSeconds", probe.TimeoutSeconds);
        faults.NotNegative($"{field}.periodSeconds", probe.PeriodSeconds);
        faults.NotNegative($"{field}.failureThreshold", probe.FailureThreshold);
        if (mustBeOne && probe.SuccessThreshold is not (null or 1)) faults.Invalid($"{field}.successThreshold", probe.SuccessThreshold, "must be 1");
    }
}
