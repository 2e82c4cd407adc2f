using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Panel.Kube.Wire;
using Panel.LocalCluster.Api;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Authorization;

/// <summary><c>…/serviceaccounts/{name}/token</c>: gives a token of an account.</summary>
sealed class TokenEndpoint(ObjectStore store, AccountTokens tokens, TimeProvider clock)
{
    const long Usual = 3600, Least = 600, Most = 1L << 32;

    public async Task CreateAsync(HttpContext context)
    {
        var key = ObjectQuery.Key(context, Resources.ServiceAccounts);
        var request = (await RequestBody.ObjectAsync(context)).Deserialize(KubeJson.Default.TokenRequest)!;
        var account = store.Find(key) ?? throw Statuses.NotFound(key.Resource, key.Name);
        var seconds = request.Spec.ExpirationSeconds ??= Usual;
        if (seconds is < Least or > Most)
        {
            var why = seconds < Least ? "may not specify a duration less than 10 minutes" : "may not specify a duration larger than 2^32 seconds";
            throw Statuses.Invalid("TokenRequest", "authentication.k8s.io", "", [new() { Reason = "FieldValueInvalid", Field = "spec.expirationSeconds", Message = $"Invalid value: {seconds}: {why}" }]);
        }
        if (request.Spec.BoundObjectRef is not null) throw Statuses.BadRequest("a token cannot be bound to an object on the local cluster; leave out spec.boundObjectRef");
        var end = clock.GetUtcNow().AddSeconds(seconds);
        request.Spec.Audiences = request.Spec.Audiences is { Count: > 0 } audiences ? audiences : [AccountTokens.Issuer];
        request.Status = new() { Token = tokens.Make(key.Namespace!, key.Name, account.Uid!, request.Spec.Audiences, end), ExpirationTimestamp = end };
        request.Metadata = new() { Name = key.Name, Namespace = key.Namespace, CreationTimestamp = clock.GetUtcNow() };
        (request.ApiVersion, request.Kind) = ("authentication.k8s.io/v1", "TokenRequest");
        context.Response.StatusCode = 201;
        await Answers.WriteAsync(context, writer => JsonSerializer.Serialize(writer, request, KubeJson.Default.TokenRequest));
    }
}
