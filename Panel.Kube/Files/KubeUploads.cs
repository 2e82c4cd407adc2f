using System.Buffers;
using System.Globalization;
using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Files;

namespace Panel.Kube.Files;

/// <summary>Uploads of more than one request, in <c>.panel/uploads</c> on the server's volume (see <c>files.sh</c>).</summary>
sealed class KubeUploads(FilesRunner runner) : IUploadParts
{
    const int Frame = 1 << 20, Most = 200;
    const long Latest = 32_503_680_000;     // a time of a file may be anything
    const string Done = "done", Wrong = "wrong", Upload = "The upload";

    public Task BeginAsync(string objectName, KeptId id, ServerPath file, bool isNew, byte[] about, CancellationToken cancellation) =>
        runner.RunAsync(objectName, file.Value, ["begin", FilesPod.Root, id.Value, Text(about.Length), FilesRunner.Inside(file.Parent), file.Name, isNew ? FileVersion.Absent.Value : "-"], async program =>
        {
            await program.FeedAsync(new MemoryStream(about, writable: false), about.Length, _ => { }, cancellation);
            return true;
        }, cancellation);

    public Task<UploadPart> FindAsync(string objectName, KeptId id, CancellationToken cancellation) =>
        runner.RunAsync(objectName, Upload, ["upload", FilesPod.Root, id.Value], async program =>
        {
            var came = (await program.LineAsync(cancellation)).Split(' ');
            if (came.Length < 2) return new UploadPart(null, default, []);     // refused: the exit code says why
            return new UploadPart(Bytes(came[0]), DateTimeOffset.FromUnixTimeSeconds(long.Parse(came[1], CultureInfo.InvariantCulture)), await program.AllAsync(cancellation));
        }, cancellation);

    public Task<IReadOnlyList<(KeptId Id, UploadPart Part)>> ListAsync(string objectName, CancellationToken cancellation) =>
        runner.RunAsync(objectName, Upload, ["uploads", FilesPod.Root, Text(Most)], async program => Parts(Encoding.Latin1.GetString(await program.AllAsync(cancellation))), cancellation);

    /// <summary>Reads what <c>files.sh</c> tells of all uploads. The game can write there too: what is no upload is left out.</summary>
    public static IReadOnlyList<(KeptId Id, UploadPart Part)> Parts(string output)
    {
        var found = new List<(KeptId, UploadPart)>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ') is not [var name, var came, var at, var about] || KeptId.Find(name) is not { } id || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) continue;
            var said = new byte[about.Length];
            if (seconds > Latest || !Convert.TryFromBase64String(about, said, out var length) || (came != Done && !long.TryParse(came, NumberStyles.None, CultureInfo.InvariantCulture, out _))) continue;
            found.Add((id, new(Bytes(came), DateTimeOffset.FromUnixTimeSeconds(seconds), said[..length])));
        }
        return found;
    }

    public Task<AppendAnswer> AppendAsync(string objectName, KeptId id, long offset, Stream content, long? bytes, ChunkHash? check, UploadEnd end, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "append", FilesPod.Root, id.Value, Text(offset), Text(end.Bytes), FilesRunner.Inside(end.File.Parent), end.File.Name, end.Expected?.Value ?? "-", end.Sha256 ?? "", check is null ? "" : $"{check.Algorithm}:{check.Hash}",
        ];
        return runner.RunAsync(objectName, end.File.Value, arguments, async program =>
        {
            var came = await program.LineAsync(cancellation);
            if (came is Done or "") return new AppendAnswer(null, offset == end.Bytes ? AppendOutcome.Added : AppendOutcome.OtherOffset);
            var fits = Bytes(came) == offset;
            await SendAsync(program, fits ? content : Stream.Null, fits ? bytes : 0, end.Bytes - offset, end.File.Value, cancellation);
            var now = await program.LineAsync(cancellation);
            if (now.Length == 0) return default;    // refused: the exit code says why
            return new AppendAnswer(now == Wrong ? offset : Bytes(now), !fits ? AppendOutcome.OtherOffset : now == Wrong ? AppendOutcome.OtherHash : AppendOutcome.Added);
        }, cancellation);
    }

    public Task CancelAsync(string objectName, KeptId id, CancellationToken cancellation) =>
        runner.RunAsync(objectName, Upload, ["delete", FilesPod.Root, $"{ServerPath.Own}/uploads", id.Value], _ => Task.FromResult(true), cancellation);

    /// <summary>Sends bytes in frames: of a program's input the other side need not learn that it ended.</summary>
    static async Task SendAsync(FilesProgram program, Stream content, long? bytes, long most, string subject, CancellationToken cancellation)
    {
        try
        {
            if (bytes is { } known)
            {
                if (known > 0) await program.FrameAsync(content, Math.Min(known, most), cancellation);
            }
            else
            {
                await SendAllAsync(program, content, most, cancellation);
            }
            await program.EndFramesAsync(cancellation);
        }
        catch (FilesProgram.EndedException)
        {
            // it ended before it had all: its exit code says why
            await program.EndAsync(subject, cancellation);
            throw;
        }
    }

    static async Task SendAllAsync(FilesProgram program, Stream content, long most, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Frame);
        try
        {
            while (most > 0 && await content.ReadAtLeastAsync(buffer.AsMemory(0, (int)Math.Min(Frame, most)), (int)Math.Min(Frame, most), throwOnEndOfStream: false, cancellation) is > 0 and var read)
            {
                await program.FrameAsync(new MemoryStream(buffer, 0, read, writable: false), read, cancellation);
                most -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static long? Bytes(string came) => came == Done ? null : long.Parse(came, NumberStyles.None, CultureInfo.InvariantCulture);

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
