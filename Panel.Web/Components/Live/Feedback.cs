using System.Diagnostics;
using Microsoft.JSInterop;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Radzen;

namespace Panel.Web.Components.Live;

/// <summary>
/// Runs what a person asked for and says how it went: a rule of a field goes beside the field, another refusal into a toast, and
/// anything else is logged once and shown as "went wrong" with the id under which the log has it.
/// </summary>
public sealed partial class Feedback(NotificationService toasts, ILogger<Feedback> log)
{
    const double Brief = 4_000, Long = 10_000;   // milliseconds

    /// <summary>Runs an action.</summary>
    /// <param name="action">What the person asked for.</param>
    /// <param name="fields">Takes the broken rules of fields; without it they go into a toast.</param>
    /// <returns>Whether it went well.</returns>
    public async Task<bool> TryAsync(Func<Task> action, FieldErrors? fields = null)
    {
        fields?.Clear();
        try
        {
            await action();
            return true;
        }
        catch (JSDisconnectedException) { return false; }
        catch (OperationCanceledException) { return false; }    // the person left the page, or ended it
        catch (Exception failure)
        {
            Show(failure, fields);
            return false;
        }
    }

    /// <summary>Shows why something failed.</summary>
    public void Show(Exception failure, FieldErrors? fields = null)
    {
        if (failure is InvalidFieldException refusal && fields is not null)
        {
            fields.Put(refusal);
            return;
        }
        // what a quota leaves is a matter of the plan that was chosen
        if (failure is QuotaExceededException shortage && fields is not null)
        {
            fields.Put(nameof(ChangePlanRequest.Plan), shortage.Message);
            return;
        }
        if (failure is PanelException) toasts.Notify(NotificationSeverity.Warning, failure.Message, duration: Long);
        else toasts.Notify(NotificationSeverity.Error, "Something went wrong", Report(log, failure), Long);
    }

    /// <summary>Tells that something is done.</summary>
    public void Done(string message) => toasts.Notify(NotificationSeverity.Success, message, duration: Brief);

    /// <summary>Tells that something is done, and offers what can be done about it for a while.</summary>
    /// <param name="message">What is done.</param>
    /// <param name="action">The word on the button, such as "Undo".</param>
    /// <param name="act">What the button does.</param>
    public void Done(string message, string action, Func<Task> act) => toasts.Notify(new()
    {
        Severity = NotificationSeverity.Success,
        Summary = message,
        Duration = Long,
        DetailContent = _ => ToastAction.Button(action, act),
        CloseOnClick = true,
    });

    /// <summary>Logs a fault that nobody expected.</summary>
    /// <returns>What a person may be told: no detail, and the id to look it up by.</returns>
    public static string Report(ILogger log, Exception failure)
    {
        var id = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
        LogFault(log, failure, id);
        return $"That did not work, and it is not your fault. The log has it as {id}.";
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A page failed ({TraceId})")]
    static partial void LogFault(ILogger log, Exception failure, string traceId);
}
