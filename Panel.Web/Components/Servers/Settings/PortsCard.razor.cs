using Microsoft.AspNetCore.Components;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Templates;
using Panel.Web.Components.Live;

namespace Panel.Web.Components.Servers.Settings;

/// <summary>The ports of a server.</summary>
public sealed partial class PortsCard
{
    IReadOnlyList<PortView>? ports;
    string protocol = TemplatePort.Both;
    bool busy;

    /// <summary>The server.</summary>
    [Parameter, EditorRequired] public ServerView View { get; set; } = default!;

    bool MayChange => View.Row.Allowed.Contains(ServerPermissions.ChangePorts);

    /// <inheritdoc/>
    protected override Task OnInitializedAsync() => LoadAsync();

    async Task LoadAsync() => ports = await Ports.ListAsync(await Me.GetAsync(), View.Row.Id, Closing);

    async Task AddAsync() => await ChangeAsync(async () => Feedback.Done($"Port {await Ports.AddAsync(await Me.GetAsync(), View.Row.Id, new() { Protocol = protocol }, CancellationToken.None)} is the server's. The game has it from its next start on."));

    async Task NoteAsync(PortView port, string? note) => await ChangeAsync(async () => await Ports.ChangeAsync(await Me.GetAsync(), View.Row.Id, port.Number, new() { Note = note ?? "" }, CancellationToken.None));

    async Task PrimaryAsync(PortView port) => await ChangeAsync(async () =>
    {
        await Ports.MakePrimaryAsync(await Me.GetAsync(), View.Row.Id, port.Number, CancellationToken.None);
        Feedback.Done($"Players are told {port.Address} now. The game has it from its next start on.");
    });

    async Task RemoveAsync(PortView port)
    {
        if (!await Dialogs.AskAsync(new($"Give port {port.Number} back?", "Another server may be given it at once. What listens on it is not reached any more.", "Give it back"))) return;
        await ChangeAsync(async () => await Ports.RemoveAsync(await Me.GetAsync(), View.Row.Id, port.Number, CancellationToken.None));
    }

    async Task ChangeAsync(Func<Task> change)
    {
        busy = true;
        await Feedback.TryAsync(change);
        await Feedback.TryAsync(LoadAsync);
        busy = false;
    }
}
