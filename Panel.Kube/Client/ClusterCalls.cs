using System.Net;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Text.Json;
using Panel.Core.Errors;

namespace Panel.Kube.Client;

/// <summary>Turns what goes wrong between us and a cluster into the refusal that Core knows, in words.</summary>
static class ClusterCalls
{
    /// <summary>Calls the cluster.</summary>
    /// <exception cref="ClusterUnavailableException">The cluster cannot be reached, or refuses.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception failure) when (Explain(failure) is { } words)
        {
            throw new ClusterUnavailableException(words);
        }
    }

    /// <inheritdoc cref="GuardAsync{T}"/>
    public static Task GuardAsync(Func<Task> call) => GuardAsync(async () =>
    {
        await call();
        return true;
    });

    /// <summary>What a failure means for a person; null when it is none of a cluster's.</summary>
    public static string? Explain(Exception failure) => failure switch
    {
        KubeException { Code: HttpStatusCode.Unauthorized } => "The cluster does not accept the panel's credentials.",
        KubeException refusal => $"The cluster refused: {refusal.Message}",
        KubeConfigException fault => fault.Message,
        TimeoutException => "The cluster does not answer in time.",
        HttpRequestException { InnerException: AuthenticationException inner } => $"The cluster's certificate is not trusted: {inner.Message}",
        HttpRequestException or WebSocketException or IOException => $"The cluster cannot be reached: {failure.GetBaseException().Message}",
        JsonException => "The cluster gave an answer that is no Kubernetes object.",
        _ => null,
    };
}
