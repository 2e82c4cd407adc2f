using System.Globalization;
using System.Text;

namespace Panel.Games.Demo;

/// <summary>The console's output, in the form that Minecraft servers print and panels know.</summary>
sealed class GameLog(Stream output, TimeProvider clock)
{
    readonly Lock gate = new();

    public void Info(string text) => Write("Server thread/INFO", text);

    public void Warn(string text) => Write("Server thread/WARN", text);

    public void Error(string text) => Write("Server thread/ERROR", text);

    /// <summary>One line as it is printed, with its end.</summary>
    public string Line(string source, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"[{clock.GetLocalNow():HH:mm:ss}] [{source}]: {text}\n");

    /// <summary>Writes whole lines as they are. Waits for a slow reader, as every program's standard output does.</summary>
    public void Raw(ReadOnlySpan<byte> lines)
    {
        lock (gate)
        {
            output.Write(lines);
            output.Flush();
        }
    }

    // a line break in what a player typed must not become a line of the server
    void Write(string source, string text) => Raw(Encoding.UTF8.GetBytes(Line(source, text.ReplaceLineEndings(" "))));
}
