using Microsoft.AspNetCore.Components;
using Panel.Web.Components.Live;

namespace Panel.Web.Components.Files;

// The line below the text: how the file is written. What is chosen there is written with the next save.
public sealed partial class FileEditor
{
    FileMenu? menu;
    ElementReference encodingButton, endsButton;
    long bytes;
    bool recoded;

    static string NameOf(LineEnds ends) => ends switch { LineEnds.CrLf => "CRLF", LineEnds.Mixed => "Mixed line ends", _ => "LF" };

    void ChooseEncoding() => Show("Encoding", encodingButton,
    [
        .. Enum.GetValues<TextEncoding>().Select(encoding => new FileAction("save", $"Save as {TextFile.NameOf(encoding)}", () => Recode(encoding)) { On = text!.Encoding == encoding, Refusal = Locked }),
        .. Enum.GetValues<TextEncoding>().Where(encoding => encoding is not TextEncoding.Utf8Marked).Select(encoding => new FileAction("refresh-cw", $"Reopen as {TextFile.NameOf(encoding)}", () => ReopenAsync(encoding))
        {
            Group = 1,
            Refusal = Changed ? "Save or undo your changes first" : null,
        }),
    ]);

    void ChooseEnds() => Show("Line ends", endsButton,
    [
        new("corner-down-left", "LF (Unix)", () => EndLinesAsync(LineEnds.Lf)) { On = text!.Ends is LineEnds.Lf, Refusal = Locked },
        new("corner-down-left", "CRLF (Windows)", () => EndLinesAsync(LineEnds.CrLf)) { On = text.Ends is LineEnds.CrLf, Refusal = Locked },
    ]);

    void Show(string name, ElementReference button, IReadOnlyList<FileAction> actions)
    {
        menu!.Open(actions, name, button);
        menu.Show();
    }

    static Task RunAsync(FileAction action) => action.Run();

    void Recode(TextEncoding encoding)
    {
        if (text!.Encoding == encoding) return;
        text = text with { Encoding = encoding };
        (recoded, saved) = (true, false);
    }

    async Task EndLinesAsync(LineEnds ends) => await Feedback.TryAsync(async () =>
    {
        await editor!.EndLinesAsync(ends is LineEnds.CrLf);
        text = text! with { Ends = ends };
    });

    async Task ReopenAsync(TextEncoding encoding) => await Feedback.TryAsync(async () =>
    {
        var content = await Reading.RunAsync(await Me.GetAsync(), ServerId, Path, Closing);
        if (TextFile.Read(content.Content, encoding) is not { } read) throw new Core.Errors.ConflictException($"{Name} cannot be read as {TextFile.NameOf(encoding)}.");
        (text, version, bytes) = (read, content.Version, content.Content.Length);
        await FillAsync();
    });
}
