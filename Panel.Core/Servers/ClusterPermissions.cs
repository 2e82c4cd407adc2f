namespace Panel.Core.Servers;

/// <summary>Something that the panel's account may not do in the cluster.</summary>
/// <param name="Verb">What, as the cluster names it, such as <c>create</c>.</param>
/// <param name="Resource">With which objects, such as <c>pods/exec</c>.</param>
/// <param name="Group">The API group of the objects; empty for the core group.</param>
/// <param name="Namespace">Where; empty for the whole cluster.</param>
/// <param name="Reason">What it is needed for, in words.</param>
/// <param name="Optional">Whether the panel does its work without it, only with less to show.</param>
public sealed record RefusedPermission(string Verb, string Resource, string Group, string Namespace, string Reason, bool Optional);

/// <summary>What the cluster said when it was asked what the panel's account may do.</summary>
/// <param name="Asked">How many permissions were asked about.</param>
/// <param name="Refused">Those it has not got.</param>
/// <param name="At">When it was asked, in UTC.</param>
public sealed record ClusterPermissions(int Asked, IReadOnlyList<RefusedPermission> Refused, DateTimeOffset At);
