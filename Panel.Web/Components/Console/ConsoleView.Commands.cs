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
    /// <summary>Lines of one paste, at most.</summary>
    const int MostPasted = 100;

    IReadOnlyList<SnippetView>? snippets;
    HashSet<string> players = [];
    IReadOnlyList<string>? commands;

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

    /// <summary>Asks, and sends the lines of a paste one by one in their order, until one is refused.</summary>
    /// <returns>Why it ended early, or null.</returns>
    [JSInvokable]
    public async Task<string?> SendLines(string[] lines)
    {
        if (lines.Length > MostPasted) return $"That is {lines.Length} lines; at most {MostPasted} are sent at once.";
        var numbered = lines.Select((line, i) => $"{i + 1}  {line}").ToList();
        if (!await Dialogs.AskAsync(new($"Send {lines.Length} commands?", "What you pasted has more than one line. Each is sent by itself, in this order.", "Send all") { Items = numbered, Danger = false })) return null;
        for (var i = 0; i < lines.Length; i++)
        {
            if (i >= PastePace.Paste.AtOnce) await Task.Delay(PastePace.Paste.Wait, Clock, Closing);
            if (await Send(lines[i]) is { } refusal) return $"Line {i + 1} of {lines.Length} was not sent, nor what follows it. {refusal}";
        }
        return null;
    }

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
        await view!.InvokeVoidAsync("setHistory", Closing, await Sent.ListAsync(me, ServerId, Closing));
        StateHasChanged();
    }

    async Task EditSnippetsAsync()
    {
        await Dialogs.OpenAsync<SnippetsDialog>("Saved commands", new() { [nameof(SnippetsDialog.Server)] = ServerId }, new() { Width = "min(30rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });
        await Feedback.TryAsync(async () => snippets = await Kept.ListAsync(await Me.GetAsync(), ServerId, Closing));
    }
}
