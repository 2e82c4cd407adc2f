using System.Text;
using Microsoft.AspNetCore.Components;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Templates.Forms;

namespace Panel.Web.Components.Files;

// The form over a config file. It is another view of the editor's text: what is filled in changes that text in one place, and is saved with it.
public sealed partial class FileEditor
{
    const int MaxForm = 1024 * 1024;

    ConfigForm? form;
    string formText = "";
    int formed, faults;
    bool asForm, looked, filled, wantsForm;
    WrittenKeys written = new("", []);

    [Inject] ConfigForms Forms { get; set; } = default!;

    async Task<ConfigForm?> FindFormAsync(Actor actor)
    {
        try
        {
            written = await Forms.WrittenAsync(actor, ServerId, Path, Closing);
            return await Forms.FindAsync(actor, ServerId, Path, Closing);
        }
        catch (PanelException) { return null; }     // opening the file says what is wrong
    }

    async Task ShowFormAsync(bool on)
    {
        // the text may still be on its way to the browser
        wantsForm = on && !filled;
        if (on == asForm || wantsForm) return;
        if (comparing is not Comparing.Nothing) await PartAsync();
        if (on) await Feedback.TryAsync(ReadFormAsync);
        else (asForm, faults) = (false, 0);
    }

    async Task ReadFormAsync()
    {
        var now = await ReadEditorAsync();
        if (now.Length > MaxForm) throw new ConflictException("The file is too large for a form; edit its text.");
        formText = Encoding.UTF8.GetString(now);
        (asForm, faults) = (true, 0);
        formed++;
    }

    async Task ShowTextAsync(int line)
    {
        await ShowFormAsync(false);
        StateHasChanged();
        await Feedback.TryAsync(async () => await editor!.RevealAsync(line));
    }

    async Task EditAsync(TextEdit edit)
    {
        // known at once: who saves right after it does not wait for the browser's word that the text changed
        var after = edit.Apply(formText);
        typed |= after != formText;
        formText = after;
        await Feedback.TryAsync(async () => await editor!.EditAsync(edit));
    }
}
