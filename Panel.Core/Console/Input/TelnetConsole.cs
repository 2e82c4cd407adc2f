using System.Text;
using Panel.Core.Errors;
using Panel.Core.Templates;

namespace Panel.Core.Console.Input;

/// <summary>
/// Sends one command over a console of lines: it may ask for a password, and then prints all that its
/// game prints. The connection is for this command alone, so that it is always the panel that hangs up first: a game that did could not
/// listen on that port again for a minute.
/// </summary>
internal static class TelnetConsole
{
    const int MaxGreeting = 16 * 1024, MaxAnswer = 64 * 1024;
    const byte Command = 255, Begin = 250, End = 240, Will = 251;

    static readonly string[] Wrong = ["wrong", "incorrect", "denied", "invalid"];
    static readonly TimeSpan SignInWithin = TimeSpan.FromSeconds(5), AnswerWithin = TimeSpan.FromSeconds(3), Quiet = TimeSpan.FromMilliseconds(300);

    /// <summary>Signs in and sends it.</summary>
    /// <param name="stream">The connection; the caller closes it.</param>
    /// <param name="input">What the console says.</param>
    /// <param name="password">The password; null where it asks for none.</param>
    /// <param name="command">One line.</param>
    /// <param name="clock">The clock that waits go by.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What it printed until it was silent; empty where answers are not wanted.</returns>
    /// <exception cref="ConflictException">The password is wrong, or nothing asks for it.</exception>
    /// <exception cref="IOException">The connection is lost.</exception>
    public static async Task<string> AskAsync(Stream stream, TemplateInput input, string? password, string command, TimeProvider clock, CancellationToken cancellation)
    {
        if (password is not null) await SignInAsync(stream, input, password, clock, cancellation);
        await WriteAsync(stream, command, cancellation);
        var answer = await ReadAsync(stream, MaxAnswer, input.Answers ? AnswerWithin : Quiet, Quiet, _ => false, clock, cancellation);
        return input.Answers ? answer : "";
    }

    static async Task SignInAsync(Stream stream, TemplateInput input, string password, TimeProvider clock, CancellationToken cancellation)
    {
        var greeting = await ReadAsync(stream, MaxGreeting, SignInWithin, SignInWithin, text => text.Contains(input.Prompt, StringComparison.OrdinalIgnoreCase), clock, cancellation);
        if (!greeting.Contains(input.Prompt, StringComparison.OrdinalIgnoreCase)) throw new ConflictException("The game's remote console did not ask for its password.");
        await WriteAsync(stream, password, cancellation);
        var told = await ReadAsync(stream, MaxGreeting, SignInWithin, SignInWithin, text => IsAccepted(text) || IsRefused(text), clock, cancellation);
        if (!IsAccepted(told)) throw new ConflictException("The game's remote console refused the password. If it was changed, restart the server.");

        bool IsAccepted(string text) => text.Contains(input.Accepted, StringComparison.OrdinalIgnoreCase);
        static bool IsRefused(string text) => Array.Exists(Wrong, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    static async Task WriteAsync(Stream stream, string line, CancellationToken cancellation)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellation);
        await stream.FlushAsync(cancellation);
    }

    /// <summary>Reads until what came is enough, nothing came for a while, the time is over or the other side hung up.</summary>
    static async Task<string> ReadAsync(Stream stream, int most, TimeSpan within, TimeSpan quiet, Func<string, bool> isEnough, TimeProvider clock, CancellationToken cancellation)
    {
        var (bytes, chunk) = (new MemoryStream(), new byte[4096]);
        var begin = clock.GetTimestamp();
        while (bytes.Length < most)
        {
            var left = within - clock.GetElapsedTime(begin);
            if (left <= TimeSpan.Zero) break;
            using var limit = new CancellationTokenSource(bytes.Length > 0 && quiet < left ? quiet : left, clock);
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
            try
            {
                var read = await stream.ReadAsync(chunk.AsMemory(0, (int)Math.Min(chunk.Length, most - bytes.Length)), waiting.Token);
                if (read == 0) break;
                bytes.Write(chunk, 0, read);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                break;
            }
            if (isEnough(Plain(bytes))) break;
        }
        return Plain(bytes);
    }

    /// <summary>The text without the telnet protocol's own commands (RFC 854) and the zeros that some games send along.</summary>
    static string Plain(MemoryStream bytes)
    {
        var all = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        var plain = new byte[all.Length];
        var length = 0;
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i] == 0) continue;
            if (all[i] != Command)
            {
                plain[length++] = all[i];
                continue;
            }
            if (++i >= all.Length) break;
            if (all[i] == Begin)
            {
                while (i < all.Length && all[i] != End) i++;
            }
            else if (all[i] >= Will)
            {
                i++;
            }
        }
        return Encoding.UTF8.GetString(plain, 0, length);
    }
}
