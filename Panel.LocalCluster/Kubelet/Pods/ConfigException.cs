namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>The pod asks for something that is not there, such as a secret; tried again later. The message is the kubelet's.</summary>
sealed class ConfigException(string message) : Exception(message);
