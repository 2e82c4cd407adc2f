using System.Runtime.CompilerServices;
using Microsoft.JSInterop;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Web.Components.Live;
using Radzen;

namespace Panel.Web.Components.Console;

/// <summary>What is typed, pasted or chosen, on its way to the server.</summary>
public sealed partial class ConsoleView
{
    IReadOnlyList<SnippetView>? snippets;
    HashSet<string> players = [];
    IReadOnlyList<string>? commands;
    PasteProgress? paste;

    bool MaySend => server?.Row.Allowed.Contains(ServerPermissions.SendCommands) is true;

    bool MayEditSnippets => server?.Row.Allowed.Contains(ServerPermissions.ChangeStartup) is true;

    /// <summary>Sends what was typed.</summary>
    /// <returns>Why it was refused, or null.</returns>
    [JSInvokable]
    public async Task<string?> Send(string command)
    {
        try
        {
            await Sending.RunAsync(await Me.GetAsync(), ServerId, new() { Command = command }, Closing);
            return null;
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested) { return null; }
        catch (PanelException refusal) { return refusal.Message; }
        catch (Exception failure) { return Feedback.Report(Log, failure); }
    }

    /// <summary>Asks, and begins to send the lines of a paste one by one in their order; that goes on without the page.</summary>
    /// <returns>Why it does not begin, or null.</returns>
    [JSInvokable]
    public async Task<string?> SendLines(string[] lines)
    {
        if (lines.Length > PastedCommands.Most) return $"That is {lines.Length} lines; at most {PastedCommands.Most} are sent at once.";
        var numbered = lines.Select((line, i) => $"{i + 1}  {line}").ToList();
        if (!await Dialogs.AskAsync(new($"Send {lines.Length} commands?", "What you pasted has more than one line. Each is sent by itself, in this order.", "Send all") { Items = numbered, Danger = false })) return null;
        try
        {
            await Pastes.BeginAsync(await Me.GetAsync(), ServerId, lines, Closing);
            return null;
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested) { return null; }
        catch (PanelException refusal) { return refusal.Message; }
        catch (Exception failure) { return Feedback.Report(Log, failure); }
    }

    async IAsyncEnumerable<PasteProgress?> FollowPasteAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var progress in Pastes.FollowAsync(await Me.GetAsync(), ServerId, cancellation)) yield return progress;
    }

    Task<bool> StopPasteAsync() => Feedback.TryAsync(async () => await Pastes.StopAsync(await Me.GetAsync(), ServerId, CancellationToken.None));

    async Task OfferAsync()
    {
        if (!MaySend) return;
        var names = server!.Row.Players?.Names ?? [];
        if (!players.SetEquals(names))
        {
            players = [.. names];
            await view!.InvokeVoidAsync("setPlayers", Closing, names);
        }
        // what the template names comes first, and may have a space behind it for what follows
        string[] own = [.. Templates.Find(server.Row.Template)?.Commands ?? []];
        string[] offered = [.. own, .. server.Commands.Where(name => own.All(command => command.TrimEnd() != name)).Order(StringComparer.OrdinalIgnoreCase)];
        if (commands is null || !offered.SequenceEqual(commands)) await view!.InvokeVoidAsync("setCommands", Closing, commands = offered);
        if (snippets is not null) return;
        var me = await Me.GetAsync();
        snippets = await Kept.ListAsync(me, ServerId, Closing);
        Follow(FollowPasteAsync, progress => paste = progress);
        await view!.InvokeVoidAsync("setHistory", Closing, await Sent.ListAsync(me, ServerId, Closing));
        StateHasChanged();
    }

    async Task EditSnippetsAsync()
    {
        await Dialogs.OpenAsync<SnippetsDialog>("Saved commands", new() { [nameof(SnippetsDialog.Server)] = ServerId }, new() { Width = "min(30rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });
        await Feedback.TryAsync(async () => snippets = await Kept.ListAsync(await Me.GetAsync(), ServerId, Closing));
    }
}
