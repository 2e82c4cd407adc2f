namespace Panel.LocalCluster;

/// <summary>Whether pods run in a sandbox, and why or why not, in words for an administrator.</summary>
public sealed record IsolationStatus(bool On, string Reason);
