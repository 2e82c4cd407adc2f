using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Panel.Contracts.Console;
using Panel.Core.Console;
using Panel.Core.Errors;

namespace Panel.Web.Components.Console;

/// <summary>What the browser asks for beyond the lines that come by themselves. Nothing comes back where it is refused; a notice says why.</summary>
public sealed partial class ConsoleView
{
    static readonly byte[] nothing = [];

    /// <summary>A line to open with: its number, a dash, and when it was written in Unix milliseconds.</summary>
    [Parameter] public string? Line { get; set; }

    string Download(bool times) => $"servers/{ServerId}/console.txt{(times ? "?times=true" : "")}";

    /// <summary>Lines of the history, below a number or from one on.</summary>
    [JSInvokable]
    public Task<byte[]> Page(long? before, long? from, int count) =>
        AnswerAsync(async () => ConsolePayload.Write(await History.PageAsync(await Me.GetAsync(), ServerId, new() { Before = before, From = from, Count = count }, Closing)));

    /// <summary>Looks for a text in the whole history.</summary>
    [JSInvokable]
    public Task<byte[]> Find(string text, int lines) =>
        AnswerAsync(async () => ConsolePayload.Write(await History.SearchAsync(await Me.GetAsync(), ServerId, new() { Text = text, Lines = lines }, Closing)));

    async Task<byte[]> AnswerAsync(Func<Task<byte[]>> ask)
    {
        var answer = nothing;
        await Feedback.TryAsync(async () => answer = await ask());
        return answer;
    }

    /// <summary>The number of the line that the address names; 0 where it names none that is kept.</summary>
    async Task<long> MarkedAsync()
    {
        if (Line?.Split('-') is not [var first, var second] || !long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !long.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
        {
            return 0;
        }
        try
        {
            return await History.FindAsync(await Me.GetAsync(), ServerId, number, at, Closing) ?? 0;
        }
        catch (PanelException)
        {
            return 0; // reading along says why
        }
    }

    Task<bool> ShowLogAsync(PastLog log) => Feedback.TryAsync(async () =>
    {
        var lines = await PastLogs.RunAsync(await Me.GetAsync(), ServerId, log, Closing);
        await view!.InvokeVoidAsync("openLog", Closing, log is PastLog.Install ? "The log of the last install" : "The log of the run before", ConsolePayload.Write(lines));
    });
}
