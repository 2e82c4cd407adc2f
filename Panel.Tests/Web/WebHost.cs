using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Files;
using Panel.Core.Files.Archives;
using Panel.Core.Files.Jobs;
using Panel.Core.Files.Pulls;
using Panel.Core.Servers;
using Panel.Core.Templates;
using Panel.Tests.Support;
using Panel.Web.Accounts;
using Panel.Web.Components.Files;
using Panel.Web.Components.Live;
using Radzen;

namespace Panel.Tests.Web;

/// <summary>Renders components of the panel over the real domain, with a cluster in memory.</summary>
public sealed class WebHost : IAsyncDisposable
{
    readonly BunitAuthorizationContext person;

    WebHost(CoreHost core, Actor owner, ServerId server)
    {
        (Core, Owner, Server) = (core, owner, server);
        Page.JSInterop.Mode = JSRuntimeMode.Loose;
        person = Page.AddAuthorization();
        SignIn(owner);
        var services = Page.Services;
        services.AddRadzenComponents().AddLive().AddFilePages();
        services.AddSingleton(TimeProvider.System).AddSingleton<IHttpContextAccessor, HttpContextAccessor>().AddSingleton(core.Get<Actors>()).AddScoped<CurrentActor>();
        services.AddSingleton(core.Get<ServerQueries>()).AddSingleton(core.Get<FollowServers>()).AddSingleton(core.Get<TemplateCatalogue>()).AddSingleton(core.Get<OpenConsole>()).AddSingleton(core.Get<SendCommand>()).AddSingleton(core.Get<ReadHistory>()).AddSingleton(core.Get<ReadPastLog>()).AddSingleton(core.Get<CommandHistory>()).AddSingleton(core.Get<Snippets>()).AddSingleton(core.Get<PastedCommands>()).AddSingleton(core.Get<MendTrouble>());
        services.AddSingleton(core.Get<ListFiles>()).AddSingleton(core.Get<ReadFile>()).AddSingleton(core.Get<WriteFile>()).AddSingleton(core.Get<CreateFolder>());
        services.AddSingleton(core.Get<MoveFile>()).AddSingleton(core.Get<DeleteFiles>()).AddSingleton(core.Get<FileBin>()).AddSingleton(core.Get<ResumableUploads>()).AddSingleton(core.Get<ChangeMode>()).AddSingleton(core.Get<ChecksumFile>()).AddSingleton(core.Get<SearchFiles>()).AddSingleton(core.Get<PullFile>()).AddSingleton(core.Get<FileJobs>()).AddSingleton(core.Get<MakeArchive>()).AddSingleton(core.Get<ExtractArchive>()).AddSingleton(core.Get<LookIntoArchive>()).AddSingleton(core.Get<FileHistory>()).AddSingleton(core.Get<CopyFile>()).AddSingleton(core.Get<MeasureFile>()).AddSingleton(core.Get<ConfigForms>()).AddSingleton(core.Get<ReinstallServer>()).AddSingleton(core.Get<AcceptInstall>()).AddSingleton(core.Get<ChangeTemplate>()).AddSingleton(core.Get<Panel.Core.Templates.TemplateQueries>());
        Page.SetRendererInfo(new Microsoft.AspNetCore.Components.RendererInfo("Server", isInteractive: true));
    }

    /// <summary>Somebody else looks.</summary>
    public void SignIn(Actor actor)
    {
        person.SetAuthorized(actor.Name);
        person.SetClaims(Core.Claims(actor));
    }

    /// <summary>The page.</summary>
    public BunitContext Page { get; } = new();

    /// <summary>The domain.</summary>
    public CoreHost Core { get; }

    /// <summary>Who looks.</summary>
    public Actor Owner { get; }

    /// <summary>A server that runs.</summary>
    public ServerId Server { get; }

    /// <summary>The server in the cluster.</summary>
    public async Task<MemoryCluster.Node> NodeAsync() => Core.Cluster.Find((await Core.RowAsync(Server))!.ObjectName)!;

    /// <summary>A person and a server of theirs that runs.</summary>
    public static async Task<WebHost> StartAsync()
    {
        var core = (await CoreHost.OnSqliteAsync()).Reconcile();
        var owner = await core.AccountAsync();
        var server = await core.ServerAsync(owner);
        await Deadline.UntilAsync("a pod", () => core.Get<ObservedServers>().Find(server)?.Pod is { Running: true });
        return new(core, owner, server);
    }

    public async ValueTask DisposeAsync()
    {
        await Page.DisposeAsync();
        await Core.DisposeAsync();
    }
}
