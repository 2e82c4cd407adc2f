using System.Text;
using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Authorization;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>Gives every namespace its account <c>default</c>, and fills Secrets of the type service-account-token with a token that does not end by itself.</summary>
sealed class ServiceAccountController
{
    const string TokenType = "kubernetes.io/service-account-token", NameKey = "kubernetes.io/service-account.name", UidKey = "kubernetes.io/service-account.uid";

    readonly Objects objects;
    readonly AccountTokens tokens;
    readonly byte[] authority;
    readonly PassQueue accounts, secrets;

    /// <summary>A controller that does nothing until <see cref="RunAsync"/>.</summary>
    public ServiceAccountController(Objects objects, AccountTokens tokens, string authority, TimeProvider clock, ILogger<ServiceAccountController> logger)
    {
        (this.objects, this.tokens, this.authority) = (objects, tokens, Encoding.ASCII.GetBytes(authority));
        accounts = new(EnsureDefaultAsync, clock, logger);
        secrets = new(FillAsync, clock, logger);
    }

    public Task RunAsync(CancellationToken cancellation) =>
        ClusterLoops.TogetherAsync(cancellation, FollowNamespacesAsync, FollowAccountsAsync, FollowSecretsAsync, accounts.RunAsync, secrets.RunAsync);

    async Task FollowNamespacesAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<Namespace>(cancellation))
        {
            if (change.Kind is not ChangeKind.Removed) accounts.Add(new(change.Object.Metadata.Name!, "default"));
        }
    }

    async Task FollowAccountsAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<ServiceAccount>(cancellation))
        {
            var space = change.Object.Metadata.Namespace!;
            if (change is { Kind: ChangeKind.Removed, Object.Metadata.Name: "default" }) accounts.Add(new(space, "default"));
            foreach (var secret in objects.List<Secret>(space, secret => AccountOf(secret) == change.Object.Metadata.Name)) secrets.Add(new(space, secret.Metadata.Name!));
        }
    }

    async Task FollowSecretsAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<Secret>(cancellation))
        {
            if (change.Kind is not ChangeKind.Removed && AccountOf(change.Object) is not null) secrets.Add(new(change.Object.Metadata.Namespace!, change.Object.Metadata.Name!));
        }
    }

    async Task<TimeSpan?> EnsureDefaultAsync(ObjectName name, CancellationToken cancellation)
    {
        if (objects.Find<Namespace>(null, name.Space) is not { Metadata.DeletionTimestamp: null } || objects.Find<ServiceAccount>(name.Space, name.Name) is not null) return null;
        try
        {
            await objects.CreateAsync(new ServiceAccount { Metadata = new() { Namespace = name.Space, Name = name.Name } }, cancellation);
        }
        catch (StatusException refusal) when (refusal.Code is 403 or 404 or 409)
        {
            return null;    // the namespace goes away, or somebody was first
        }
        return null;
    }

    async Task<TimeSpan?> FillAsync(ObjectName name, CancellationToken cancellation)
    {
        if (objects.Find<Secret>(name.Space, name.Name) is not { Metadata.DeletionTimestamp: null } secret || AccountOf(secret) is not { } account) return null;
        if (objects.Find<ServiceAccount>(name.Space, account) is not { } owner)
        {
            // a token of nobody is none; as on a real cluster, its secret goes with the account
            if (secret.Metadata.Annotations!.ContainsKey(UidKey)) await objects.RemoveAsync<Secret>(name.Space, name.Name, secret.Metadata.Uid!, cancellation);
            return null;
        }
        if (secret.Data?.ContainsKey("token") == true && secret.Metadata.Annotations!.GetValueOrDefault(UidKey) == owner.Metadata.Uid) return null;
        var token = tokens.Make(name.Space, account, owner.Metadata.Uid!, [], end: null);
        await objects.UpdateAsync<Secret>(name.Space, name.Name, current =>
        {
            current.Metadata.Annotations![UidKey] = owner.Metadata.Uid!;
            current.Data ??= [];
            (current.Data["token"], current.Data["ca.crt"], current.Data["namespace"]) = (Encoding.ASCII.GetBytes(token), authority, Encoding.UTF8.GetBytes(name.Space));
        }, cancellation);
        return null;
    }

    static string? AccountOf(Secret secret) => secret.Type == TokenType ? secret.Metadata.Annotations?.GetValueOrDefault(NameKey) : null;
}
