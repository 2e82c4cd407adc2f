using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Panel.Core.Servers;
using Panel.Kube;
using Panel.Kube.Access;
using Panel.Kube.Client;
using Panel.Kube.Wire;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Access;

[Trait("Lane", "cluster")]
public sealed class PermissionCheckTests(Cluster cluster) : IDisposable
{
    static readonly Kind<Role> Roles = new("rbac.authorization.k8s.io/v1", "Role", "roles", KubeJson.Default.Role, KubeJson.Default.KubeListRole);
    static readonly Kind<RoleBinding> Bindings = new("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", KubeJson.Default.RoleBinding, KubeJson.Default.KubeListRoleBinding);
    static readonly Kind<ServiceAccount> Accounts = new("v1", "ServiceAccount", "serviceaccounts", KubeJson.Default.ServiceAccount, KubeJson.Default.KubeListServiceAccount);

    readonly TempFolder folder = new();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_is_granted_to_an_administrator()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        var told = await space.Get<PermissionCheck>().AskAsync(Stop);
        Assert.Equal(RequiredPermissions.All.Count, told.Asked);
        Assert.Empty(told.Refused);
    }

    [Fact]
    public async Task What_a_role_lacks_is_named_by_verb_resource_and_namespace()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        var granted = RequiredPermissions.All.Where(permission => permission is not ({ Target: "pods/exec" } or { Target: "statefulsets", Verb: "patch" })).ToList();
        await AccountAsync(space, granted);
        using var connection = await ConnectAsync(space);
        var observed = new ObservedCluster(TimeProvider.System);
        var check = new PermissionCheck(new(connection), space.Get<IOptions<KubeOptions>>(), observed, TimeProvider.System, NullLogger<PermissionCheck>.Instance);

        var told = await check.AskAsync(Stop);

        Assert.Equal(["create pods/exec", "get pods/exec", "patch statefulsets"], told.Refused.Select(refused => $"{refused.Verb} {refused.Resource}").Order());
        Assert.All(told.Refused, refused => Assert.Equal((space.Space, false), (refused.Namespace, refused.Optional)));
        Assert.True(observed.SetPermissions(told));
        Assert.False(observed.SetPermissions(await check.AskAsync(Stop)));      // the same again is no news
    }

    public void Dispose() => folder.Dispose();

    static async Task AccountAsync(ClusterSpace space, IEnumerable<RequiredPermission> granted)
    {
        await space.Client.CreateAsync(Accounts, space.Space, new() { Metadata = new() { Name = "panel" } }, Stop);
        await space.Client.CreateAsync(Roles, space.Space, new()
        {
            Metadata = new() { Name = "panel" },
            Rules = [.. granted.Select(permission => new PolicyRule { ApiGroups = [permission.Group], Resources = [permission.Target], Verbs = [permission.Verb] })],
        }, Stop);
        await space.Client.CreateAsync(Bindings, space.Space, new()
        {
            Metadata = new() { Name = "panel" },
            RoleRef = new() { ApiGroup = "rbac.authorization.k8s.io", Kind = "Role", Name = "panel" },
            Subjects = [new() { Kind = "ServiceAccount", Name = "panel", Namespace = space.Space }],
        }, Stop);
    }

    async Task<KubeConnection> ConnectAsync(ClusterSpace space)
    {
        var path = Accounts.Path(space.Space, "panel", "token");
        var admin = KubeConfig.Load(space.Kubeconfig);
        using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator });
        http.DefaultRequestHeaders.Authorization = new("Bearer", admin.Token);
        using var answer = await http.PostAsync(new Uri(admin.Server, path), new StringContent("{}", null, "application/json"), Stop);
        var token = System.Text.Json.JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(Stop), KubeJson.Default.TokenRequest)!.Status!.Token;
        await File.WriteAllTextAsync(folder["config"], (await File.ReadAllTextAsync(space.Kubeconfig, Stop)).Replace(admin.Token!, token, StringComparison.Ordinal), Stop);
        return new(Options.Create(new KubeOptions { Kubeconfig = folder["config"], Namespace = space.Space }), TimeProvider.System, NullLogger<KubeConnection>.Instance);
    }
}
