using Microsoft.AspNetCore.Components;
using Panel.Contracts.Access;
using Panel.Contracts.Plans;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Templates;
using Panel.Web.Components.Live;

namespace Panel.Web.Components.Servers.Create;

/// <summary>The steps to a new server, in their order.</summary>
public enum NewServerStep
{
    /// <summary>Which game.</summary>
    Game,
    /// <summary>Which version, and the game's variables.</summary>
    Settings,
    /// <summary>Which limits.</summary>
    Plan,
    /// <summary>What it is called, and all of it once more.</summary>
    Review,
}

/// <summary>Leads from a game to a server. The step stands in the address, what was typed in the draft.</summary>
public sealed partial class NewServerPage
{
    readonly FieldErrors errors = new();
    IReadOnlyList<PlanView> plans = [];
    IReadOnlyList<PlanView> offered = [];
    IReadOnlyList<Template>? games;
    IReadOnlyDictionary<string, int> used = new Dictionary<string, int>();
    QuotaView? quota;
    Template? template;
    NewServerStep step;
    NewServerStep? led;
    ElementReference heading;
    string? problem;
    bool busy;
    bool locked;

    [SupplyParameterFromQuery(Name = "step")] string? Step { get; set; }
    [SupplyParameterFromQuery(Name = "game")] string? Game { get; set; }

    /// <summary>Whether plans and quota are known.</summary>
    internal bool Ready => quota is not null;

    PlanView? Plan => offered.FirstOrDefault(plan => plan.Key == Draft.Request.Plan);

    /// <summary>The furthest step that has what it needs.</summary>
    NewServerStep Reached => template is null ? NewServerStep.Game : Plan is null ? NewServerStep.Plan : NewServerStep.Review;

    protected override async Task OnInitializedAsync()
    {
        var me = await Me.GetAsync();
        locked = !me.May(PanelPermissions.ManageServers);
        await LoadAsync(me);
        // a limit that is raised, a plan that is opened, or a game that is imported, while somebody chooses
        FollowQuietly(cancellation => Changes.FollowAsync(me.UserId, Clock, cancellation), _ => AgainAsync());
        FollowQuietly(Stored.FollowAsync, _ => AgainAsync());
    }

    /// <summary>The keyboard goes along to the next step, not back to the top of the page.</summary>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (games is null || led == step) return;
        var moved = led is not null;
        led = step;
        if (moved) await heading.FocusAsync();
    }

    async Task AgainAsync()
    {
        await LoadAsync(await Me.GetAsync());
        StateHasChanged();
    }

    async Task LoadAsync(Actor me)
    {
        plans = await Plans.ListAsync(me, Closing);
        quota = await Quotas.FindAsync(me, Closing);
        (games, used) = (await Templates.OfferedAsync(me, Closing), await Templates.UsedAsync(Closing));
        Read();
    }

    protected override void OnParametersSet() => Read();

    void Read()
    {
        if (games?.FirstOrDefault(game => game.Key == (Game ?? Draft.Request.Template)) is { } chosen)
        {
            template = chosen;
            Draft.Choose(chosen);
            offered = [.. plans.Where(plan => plan.IsOffered(chosen.Key))];
            Draft.Request.Plan = offered.Any(plan => plan.Key == Draft.Request.Plan) ? Draft.Request.Plan : PlanFit.Smallest(offered, quota, chosen.MinMemoryMiB, chosen.Ports.Count)?.Key ?? "";
        }
        var wanted = Enum.TryParse<NewServerStep>(Step, ignoreCase: true, out var named) && Enum.IsDefined(named) ? named : NewServerStep.Game;
        step = wanted > Reached ? Reached : wanted;
        problem = null;
    }

    void Choose(Template chosen)
    {
        Draft.Choose(chosen);
        Go(NewServerStep.Settings, chosen.Key);
    }

    void Next()
    {
        if (step is NewServerStep.Settings && !CheckVariables()) return;
        Go(step + 1);
    }

    bool CheckVariables()
    {
        errors.Clear();
        foreach (var variable in template!.Variables.Where(variable => !template.IsPort(variable)))
        {
            if (VariableRules.Check(variable, Draft.Request.Variables.GetValueOrDefault(variable.Env, variable.Default)) is { } rule) errors.Put(variable.Env, rule);
        }
        return !errors.Any;
    }

    void Go(NewServerStep to, string? game = null) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["step"] = to is NewServerStep.Game ? null : to.ToString().ToLowerInvariant(),
        ["game"] = game ?? template?.Key,
    }));

    async Task CreateAsync()
    {
        if (busy) return;
        busy = true;
        errors.Clear();
        problem = null;
        try
        {
            var id = await Create.RunAsync(await Me.GetAsync(), Draft.Request, Closing);
            Draft.Clear();
            Navigation.NavigateTo($"servers/{id}");
        }
        catch (InvalidFieldException refusal)
        {
            errors.Put(refusal);
            if (template!.Variables.Any(variable => refusal.Errors.ContainsKey(variable.Env)) || refusal.Errors.ContainsKey(nameof(CreateServerRequest.Image)) || refusal.Errors.ContainsKey(nameof(CreateServerRequest.Startup))) Go(NewServerStep.Settings);
            else if (errors[nameof(CreateServerRequest.Plan)] is { } rule) problem = rule;
        }
        catch (PanelException refusal) { problem = refusal.Message; }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested) { return; }
        catch (Exception failure) { Feedback.Show(failure); }
        finally { busy = false; }
    }
}
