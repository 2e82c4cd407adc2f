using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Panel.Web.Components.Files;

/// <summary>A component's own script in the browser, which catches the keys that are pressed in it and calls the component.</summary>
sealed class BrowserKeys : IAsyncDisposable
{
    // a page that is drawn for nobody has a browser that answers nothing
    readonly IJSObjectReference? module, keys;
    readonly IDisposable owner;

    BrowserKeys(IJSObjectReference? module, IJSObjectReference? keys, IDisposable owner) => (this.module, this.keys, this.owner) = (module, keys, owner);

    /// <summary>Begins to catch them.</summary>
    /// <param name="js">The browser.</param>
    /// <param name="script">The address of the script, which has a function <c>attach</c>.</param>
    /// <param name="owner">The component.</param>
    /// <param name="box">Where they are pressed.</param>
    /// <param name="more">What else the script is told.</param>
    public static async Task<BrowserKeys> AttachAsync<T>(IJSRuntime js, string script, T owner, ElementReference box, params object[] more) where T : class
    {
        var self = DotNetObjectReference.Create(owner);
        var module = await js.InvokeAsync<IJSObjectReference?>("import", script);
        return new(module, module is null ? null : await module.InvokeAsync<IJSObjectReference?>("attach", [box, self, .. more]), self);
    }

    /// <summary>Brings something into view.</summary>
    public ValueTask ShowAsync(object what) => keys?.InvokeVoidAsync("show", what) ?? ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (keys is not null)
            {
                await keys.InvokeVoidAsync("dispose", TimeSpan.FromSeconds(2));
                await keys.DisposeAsync();
            }
            if (module is not null) await module.DisposeAsync();
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // the tab is closed, and its scripts with it
            return;
        }
        finally
        {
            owner.Dispose();
        }
    }
}
