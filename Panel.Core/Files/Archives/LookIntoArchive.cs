using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files.Archives;

/// <summary>What an archive has at its top.</summary>
/// <param name="Names">The first of the names, at most <see cref="LookIntoArchive.MaxNames"/>.</param>
/// <param name="Folder">The one folder in which all of it lies; null when there is more than that.</param>
/// <param name="Whole">Whether it was read to its end: a long one is not, and may have more.</param>
public sealed record ArchiveTop(IReadOnlyList<string> Names, string? Folder, bool Whole);

/// <summary>Looks into an archive, so that one knows what comes out before it does.</summary>
public sealed class LookIntoArchive(ServerVolumes volumes)
{
    /// <summary>How many names are told.</summary>
    public const int MaxNames = 50;

    const long Directory = 16L << 20, Header = 1L << 20, Most = 64L << 20;

    /// <summary>What it has at its top, as far as a few seconds tell; null for one that packs a single file, and for one that cannot be read.</summary>
    /// <inheritdoc cref="ServerVolumes.OpenAsync"/>
    /// <exception cref="InvalidFieldException">The panel unpacks no such archive.</exception>
    public async Task<ArchiveTop?> RunAsync(Actor actor, ServerId id, string path, CancellationToken cancellation)
    {
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ReadFiles, cancellation);
        var file = ServerPath.Parse(path).RequireNamed(nameof(path));
        var (format, _) = ArchiveFormats.Require(file.Name, nameof(path));
        if (format is ArchiveFormat.Gzip) return null;
        var top = new Top();
        try
        {
            await using var archive = await volumes.For(actor, server).OpenAsync(file, cancellation);
            if (format is ArchiveFormat.Zip)
            {
                await ZipAsync(archive, top, cancellation);
            }
            else if (format is ArchiveFormat.Tar)
            {
                await TarAsync(archive, top, cancellation);
            }
            else
            {
                await using var unpacked = Compression.Unpack(archive, format);
                await TarAsync(unpacked, top, cancellation);
            }
        }
        // extracting it says what is wrong
        catch (Exception failure) when (ArchiveReader.IsDamage(failure) || failure is ConflictException) { return null; }
        return top.Seen;
    }

    static async Task ZipAsync(Stream archive, Top top, CancellationToken cancellation)
    {
        var metered = new MeteredStream(archive, seekable: true);
        metered.Allow(Directory);
        await using var zip = await ZipArchive.CreateAsync(metered, ZipArchiveMode.Read, leaveOpen: true, Encoding.UTF8, cancellation);
        foreach (var entry in zip.Entries) top.Add(entry.FullName.Replace('\\', '/'), folder: false);
        top.Whole = true;
    }

    static async Task TarAsync(Stream unpacked, Top top, CancellationToken cancellation)
    {
        var metered = new MeteredStream(unpacked, seekable: false);
        await using var tar = new TarReader(metered, leaveOpen: true);
        for (var left = Most; left > 0 && !top.Sure;)
        {
            metered.Allow(Header + left);
            if (await tar.GetNextEntryAsync(copyData: false, cancellation) is not { } entry)
            {
                top.Whole = true;
                return;
            }
            // what an entry holds is read on the way to the next one
            left -= entry.Length + 512;
            if (entry.EntryType is not TarEntryType.GlobalExtendedAttributes) top.Add(entry.Name, entry.EntryType is TarEntryType.Directory);
        }
    }

    sealed class Top
    {
        readonly Dictionary<string, bool> names = new(StringComparer.Ordinal);

        public bool Whole { get; set; }

        public bool Sure => names.Count > MaxNames;

        public ArchiveTop Seen => new([.. names.Keys.Take(MaxNames)], names.Count == 1 && names.Values.Single() ? names.Keys.Single() : null, Whole);

        public void Add(string name, bool folder)
        {
            var path = EntryPath.Parse(name);
            if (path.Parts.Count == 0 || (Sure && !names.ContainsKey(path.Parts[0]))) return;
            names[path.Parts[0]] = names.GetValueOrDefault(path.Parts[0]) || folder || path.Parts.Count > 1 || name.EndsWith('/');
        }
    }
}
