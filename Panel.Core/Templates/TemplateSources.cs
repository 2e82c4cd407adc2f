using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Panel.Core.Errors;
using Panel.Core.Files.Pulls;
using Panel.Core.Templates.Eggs;

namespace Panel.Core.Templates;

/// <summary>A text that may be an egg.</summary>
/// <param name="Name">The name of its file, or its path in an archive.</param>
/// <param name="Text">What it says.</param>
public sealed record EggFile(string Name, string Text);

/// <summary>Gets eggs from addresses and archives: a file, or a whole repository of them as .zip or .tar.gz.</summary>
public sealed partial class TemplateSources(OutgoingClient outgoing)
{
    /// <summary>How large a file or an archive may be, packed and unpacked, in bytes.</summary>
    public const long MaxBytes = 64L * 1024 * 1024;

    const int MaxFiles = 5000;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Fetches what is at an address; the page of a repository or of a file in it stands for the thing itself.</summary>
    /// <exception cref="InvalidFieldException">It is no address that anything is fetched from.</exception>
    /// <exception cref="ConflictException">Nobody answers there, the answer is too large, or it holds no eggs.</exception>
    public async Task<IReadOnlyList<EggFile>> FetchAsync(string address, string field, CancellationToken cancellation)
    {
        var from = OutgoingClient.Parse(Direct(address.Trim()), field);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var answer = await AnswerAsync(from, patience.Token);
            await using var stream = await answer.Content.ReadAsStreamAsync(patience.Token);
            return await ReadAsync(Path.GetFileName(from.AbsolutePath), stream, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ConflictException($"{from.IdnHost} takes longer than {Patience.TotalMinutes:0} minutes.");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new ConflictException($"{from.IdnHost} broke off.");
        }
    }

    /// <summary>An egg that the panel cannot reach may be reached by who imports it.</summary>
    async Task<HttpResponseMessage> AnswerAsync(Uri from, CancellationToken cancellation)
    {
        try
        {
            return await outgoing.GetAsync(from, cancellation);
        }
        catch (ConflictException refusal)
        {
            throw new ConflictException($"{refusal.Message} Choose the file or paste it instead.");
        }
    }

    /// <summary>The texts in a file, or in an archive of them.</summary>
    /// <exception cref="ConflictException">It is too large, or cannot be read.</exception>
    public static async Task<IReadOnlyList<EggFile>> ReadAsync(string name, Stream stream, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        await CopyAsync(stream, content, cancellation);
        content.Position = 0;
        try
        {
            return content.GetBuffer().AsSpan(0, (int)content.Length) switch
            {
                [(byte)'P', (byte)'K', 3, 4, ..] => await ZipAsync(content, cancellation),
                [0x1F, 0x8B, ..] => await TarAsync(content, cancellation),
                _ => [new(name, Text(content))],
            };
        }
        catch (InvalidDataException)
        {
            throw new ConflictException("The archive cannot be read: it is damaged.");
        }
    }

    /// <summary>The address of a thing itself where people copy that of its page.</summary>
    internal static string Direct(string address)
    {
        if (FilePage().Match(address) is { Success: true } file) return $"https://raw.githubusercontent.com/{file.Groups["repository"].Value}/{file.Groups["path"].Value}";
        if (RepositoryPage().Match(address) is { Success: true } page) return $"https://github.com/{page.Groups["repository"].Value}/archive/{(page.Groups["branch"].Success ? page.Groups["branch"].Value : "HEAD")}.zip";
        return address;
    }

    static async Task<IReadOnlyList<EggFile>> ZipAsync(Stream content, CancellationToken cancellation)
    {
        using var archive = new ZipArchive(content, ZipArchiveMode.Read);
        var (files, total) = (new List<EggFile>(), 0L);
        foreach (var entry in archive.Entries.Where(entry => MayBeEgg(entry.FullName)))
        {
            await using var stream = await entry.OpenAsync(cancellation);
            total = await AddAsync(files, entry.FullName, stream, total, cancellation);
        }
        return files;
    }

    static async Task<IReadOnlyList<EggFile>> TarAsync(Stream content, CancellationToken cancellation)
    {
        using var unpacked = new MemoryStream();
        await using (var packed = new GZipStream(content, CompressionMode.Decompress)) await CopyAsync(packed, unpacked, cancellation);
        unpacked.Position = 0;
        await using var archive = new TarReader(unpacked);
        var (files, total) = (new List<EggFile>(), 0L);
        while (await archive.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
        {
            if (entry.DataStream is { } stream && MayBeEgg(entry.Name)) total = await AddAsync(files, entry.Name, stream, total, cancellation);
        }
        return files;
    }

    static async Task<long> AddAsync(List<EggFile> files, string name, Stream stream, long total, CancellationToken cancellation)
    {
        if (files.Count == MaxFiles) throw new ConflictException($"The archive holds more than {MaxFiles:N0} files that may be eggs.");
        using var text = new MemoryStream();
        await CopyAsync(stream, text, cancellation);
        total += text.Length;
        if (total > MaxBytes) throw TooLarge();
        var read = Text(text);
        if (LooksLikeEgg(read)) files.Add(new(name, read));
        return total;
    }

    /// <summary>Whether a text says that it is an egg, whatever is wrong with it otherwise.</summary>
    internal static bool LooksLikeEgg(string text) => text.Contains("PTDL_v", StringComparison.Ordinal) || text.Contains("PLCN_v", StringComparison.Ordinal);

    static bool MayBeEgg(string name) => Path.GetExtension(name).ToUpperInvariant() is ".JSON" or ".YAML" or ".YML";

    static string Text(MemoryStream content) => Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length);

    static async Task CopyAsync(Stream from, MemoryStream to, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if (to.Length + read > MaxBytes) throw TooLarge();
            to.Write(buffer, 0, read);
        }
    }

    static ConflictException TooLarge() => new($"It is larger than {MaxBytes / 1024 / 1024} MiB. An egg has at most {EggText.MaxLength / 1024 / 1024} MiB.");

    [GeneratedRegex(@"^https://github\.com/(?<repository>[\w.-]+/[\w.-]+)/(blob|raw)/(?<path>[^?#]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex FilePage();

    [GeneratedRegex(@"^https://github\.com/(?<repository>[\w.-]+/[\w-]+(\.[\w-]+)*?)(\.git)?/?(tree/(?<branch>[\w.-]+)/?)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex RepositoryPage();
}
