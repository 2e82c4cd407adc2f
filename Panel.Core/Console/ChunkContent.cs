using System.Text;
using Panel.Contracts.Console;

namespace Panel.Core.Console;

/// <summary>Lines of a console as they lie in the database, with what was told last.</summary>
internal static class ChunkContent
{
    const byte Version = 1;

    /// <summary>What a line counts besides its text.</summary>
    const int PerLine = 16;

    /// <summary>How much a line counts against the bound.</summary>
    public static int Size(ConsoleLine line) => line.Text.Length + PerLine;

    /// <summary>Packs lines.</summary>
    public static byte[] Write(List<ConsoleLine> lines, ConsoleMark mark)
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(mark.Pod ?? "");
        writer.Write(mark.Run);
        writer.Write(mark.Ended);
        writer.Write(mark.Install);
        writer.Write(mark.InstallEnded);
        new ConsoleBlock(lines).Write(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Reads them, still packed.</summary>
    /// <param name="content">What was written.</param>
    /// <param name="lines">How many lines it has.</param>
    /// <param name="first">The number that its first line gets.</param>
    /// <exception cref="InvalidDataException">It is none of this version.</exception>
    public static (ConsoleBlock Block, ConsoleMark Mark) Read(byte[] content, int lines, long first)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(content), Encoding.UTF8);
            if (reader.ReadByte() != Version) throw new InvalidDataException("Lines of a console were kept by another version of the panel.");
            var pod = reader.ReadString();
            var mark = new ConsoleMark(pod.Length > 0 ? pod : null, reader.ReadInt32(), reader.ReadBoolean(), reader.ReadInt32(), reader.ReadBoolean());
            return (ConsoleBlock.Read(reader, first, lines), mark);
        }
        catch (Exception fault) when (fault is IOException or FormatException)
        {
            throw new InvalidDataException("Lines of a console that were kept end too soon, or are damaged.", fault);
        }
    }

    /// <summary>The lines that were kept; null where they cannot be read.</summary>
    /// <inheritdoc cref="Read"/>
    public static IReadOnlyList<ConsoleLine>? TryLines(byte[] content, int lines, long first)
    {
        try
        {
            return [.. Read(content, lines, first).Block.Lines()];
        }
        catch (Exception fault) when (fault is InvalidDataException or InvalidOperationException or ArgumentException or IOException)   // what damage makes of the packing
        {
            return null;
        }
    }
}
