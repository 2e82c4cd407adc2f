using Panel.Kube.Wire;

namespace Panel.LocalCluster.Rules;

/// <summary>What a ResourceQuota is and must be.</summary>
static class QuotaRules
{
    static readonly string[] Scopes = ["BestEffort", "NotBestEffort", "NotTerminating", "Terminating"];

    public static void Complete(ResourceQuota quota) => quota.Status ??= new();

    public static void Check(ResourceQuota quota, ResourceQuota? before, Faults faults)
    {
        foreach (var (name, amount) in quota.Spec.Hard ?? [])
        {
            faults.Amount($"spec.hard[{name}]", amount);
            if (Names.QualifiedName(name) is { } wrong) faults.Invalid($"spec.hard[{name}]", name, wrong);
        }
        foreach (var scope in quota.Spec.Scopes ?? []) faults.OneOf("spec.scopes", scope, Scopes);
        if (quota.Spec.Scopes is { } scopes && (Both(scopes, "BestEffort") || Both(scopes, "Terminating"))) faults.Invalid("spec.scopes", string.Join(',', scopes), "conflicting scopes");
        if (before is not null && !(quota.Spec.Scopes ?? []).Order().SequenceEqual((before.Spec.Scopes ?? []).Order())) faults.Invalid("spec.scopes", string.Join(',', quota.Spec.Scopes ?? []), "field is immutable");
    }

    static bool Both(List<string> scopes, string scope) => scopes.Contains(scope) && scopes.Contains("Not" + scope);
}

/// <summary>What a LimitRange is and must be.</summary>
static class LimitRangeRules
{
    // a container's default limit is the most it may have, its default request its limit, as in Kubernetes
    public static void Complete(LimitRange range)
    {
        foreach (var item in range.Spec.Limits.Where(item => item.Type == "Container"))
        {
            foreach (var (name, amount) in item.Max ?? []) (item.Default ??= []).TryAdd(name, amount);
            foreach (var (name, amount) in item.Default ?? []) (item.DefaultRequest ??= []).TryAdd(name, amount);
            foreach (var (name, amount) in item.Min ?? []) (item.DefaultRequest ??= []).TryAdd(name, amount);
        }
    }

    public static void Check(LimitRange range, LimitRange? before, Faults faults)
    {
        var types = new HashSet<string>();
        foreach (var (i, item) in range.Spec.Limits.Index())
        {
            var field = $"spec.limits[{i}]";
            faults.OneOf($"{field}.type", item.Type, "Container", "PersistentVolumeClaim", "Pod");
            if (!types.Add(item.Type)) faults.Duplicate($"{field}.type", item.Type);
            foreach (var (list, amounts) in ((string, Dictionary<string, string>?)[])[("max", item.Max), ("min", item.Min), ("default", item.Default), ("defaultRequest", item.DefaultRequest), ("maxLimitRequestRatio", item.MaxLimitRequestRatio)])
            {
                foreach (var (name, amount) in amounts ?? []) faults.Amount($"{field}.{list}[{name}]", amount);
            }
            if (item.Type == "Pod" && item.Default is { Count: > 0 }) faults.Forbidden($"{field}.default", "may not be specified when `type` is 'Pod'");
            if (item.Type == "Pod" && item.DefaultRequest is { Count: > 0 }) faults.Forbidden($"{field}.defaultRequest", "may not be specified when `type` is 'Pod'");
            if (item is { Type: "PersistentVolumeClaim", Max: not { Count: > 0 }, Min: not { Count: > 0 } }) faults.Required($"{field}.limits", "either minimum or maximum storage value is required, but neither was provided");
            CheckOrder(field, item, faults);
        }
    }

    static void CheckOrder(string field, LimitRangeItem item, Faults faults)
    {
        foreach (var name in (item.Min ?? []).Keys.Concat((item.Default ?? []).Keys).Concat((item.DefaultRequest ?? []).Keys).Distinct())
        {
            var (least, asked, given, most) = (Amount(item.Min, name), Amount(item.DefaultRequest, name), Amount(item.Default, name), Amount(item.Max, name));
            if (least > most) faults.Invalid($"{field}.min[{name}]", item.Min![name], $"min value {item.Min[name]} is greater than max value {item.Max![name]}");
            if (least > asked) faults.Invalid($"{field}.defaultRequest[{name}]", item.DefaultRequest![name], $"min value {item.Min![name]} is greater than default request value {item.DefaultRequest[name]}");
            if (asked > given) faults.Invalid($"{field}.defaultRequest[{name}]", item.DefaultRequest![name], $"default request value {item.DefaultRequest[name]} is greater than default limit value {item.Default![name]}");
            if (given > most) faults.Invalid($"{field}.default[{name}]", item.Default![name], $"default value {item.Default[name]} is greater than max value {item.Max![name]}");
        }
    }

    static decimal? Amount(Dictionary<string, string>? amounts, string name) => amounts?.GetValueOrDefault(name) is { } text && Quantity.TryParse(text, out var amount) ? amount : null;
}
