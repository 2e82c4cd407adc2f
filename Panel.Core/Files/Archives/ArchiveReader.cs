using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Panel.Core.Errors;

namespace Panel.Core.Files.Archives;

/// <summary>Reads archives that strangers made and gives on only files, folders, and links that stay inside.</summary>
/// <param name="archive">The archive; a zip has to be read from any place.</param>
/// <param name="into">Takes what is in it.</param>
/// <param name="allowance">What may come out.</param>
/// <param name="atRoot">Whether it is unpacked at the volume's root, where the panel has a folder of its own.</param>
sealed class ArchiveReader(Stream archive, IUnpacking into, Allowance allowance, bool atRoot)
{
    // a directory of a zip, and what stands before one entry of a tar, go into memory whole
    const long Directory = 16L << 20, Header = 1L << 20;
    const int LinkBytes = 4096;
    const int KindBits = 0xF000, KindFolder = 0x4000, KindFile = 0x8000, KindLink = 0xA000;

    /// <summary>Reads it to its end.</summary>
    /// <exception cref="ConflictException">It is damaged, too large, or has something in it that is not let in.</exception>
    public async Task RunAsync(ArchiveFormat format, CancellationToken cancellation)
    {
        try
        {
            switch (format)
            {
                case ArchiveFormat.Zip:
                    await ZipAsync(cancellation);
                    break;
                case ArchiveFormat.Tar:
                    await TarAsync(archive, cancellation);
                    break;
                default:
                    await using (var unpacked = Compression.Unpack(archive, format)) await TarAsync(unpacked, cancellation);
                    break;
            }
        }
        catch (Exception failure) when (IsDamage(failure))
        {
            throw new ConflictException("The archive is damaged, encrypted, or of a kind that is not known here.");
        }
    }

    /// <summary>Whether somebody's archive, and not the panel, is what failed.</summary>
    public static bool IsDamage(Exception failure) =>
        failure is InvalidDataException or EndOfStreamException or FormatException or OverflowException or OutOfMemoryException or NotSupportedException or ArgumentException;

    async Task ZipAsync(CancellationToken cancellation)
    {
        var metered = new MeteredStream(archive, seekable: true);
        metered.Allow(Directory);
        await using var zip = await ZipArchive.CreateAsync(metered, ZipArchiveMode.Read, leaveOpen: true, Encoding.UTF8, cancellation);
        var entries = zip.Entries;
        metered.Allow(long.MaxValue);
        foreach (var entry in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            // some programs on Windows write what is no name there
            var name = entry.FullName.Replace('\\', '/');
            var attributes = entry.ExternalAttributes >>> 16;
            var kind = attributes & KindBits;
            var path = Place(name);
            allowance.Enter(entry.Length);
            if (entry.IsEncrypted) throw EntryPath.Refuse(name, "it is encrypted");
            if (name.EndsWith('/') || kind == KindFolder)
            {
                await into.FolderAsync(path, cancellation);
                continue;
            }
            if (kind is not (0 or KindFile or KindLink)) throw EntryPath.Refuse(name, "it is a device or a pipe");
            await using var data = await entry.OpenAsync(cancellation);
            await using var content = new EntryStream(data, allowance, entry.Length, entry.Crc32);
            if (kind == KindLink) await LinkAsync(path, await TextAsync(content, entry.Length, cancellation), cancellation);
            else await into.FileAsync(path, content, entry.Length, Mode((UnixFileMode)(attributes & 0x1FF)), entry.LastWriteTime, cancellation);
        }
    }

    async Task TarAsync(Stream unpacked, CancellationToken cancellation)
    {
        var metered = new MeteredStream(unpacked, seekable: false);
        await using var tar = new TarReader(metered, leaveOpen: true);
        var any = false;
        while (true)
        {
            metered.Allow(Header);
            if (await tar.GetNextEntryAsync(copyData: false, cancellation) is not { } entry) break;
            any = true;
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) continue;
            var path = Place(entry.Name);
            allowance.Enter(entry.Length);
            metered.Allow(long.MaxValue);
            await TakeAsync(entry, path, cancellation);
        }
        // any block of zeros ends a tar, also one of a file that is none
        if (!any) throw new InvalidDataException("The archive is empty.");
        // the sum of what was packed is behind its end
        metered.Allow(Directory);
        await metered.CopyToAsync(Stream.Null, cancellation);
    }

    async Task TakeAsync(TarEntry entry, EntryPath path, CancellationToken cancellation)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                await into.FolderAsync(path, cancellation);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                await using (var content = new EntryStream(entry.DataStream ?? Stream.Null, allowance, entry.Length, sum: null))
                {
                    await into.FileAsync(path, content, entry.Length, Mode(entry.Mode), entry.ModificationTime, cancellation);
                }
                break;
            case TarEntryType.SymbolicLink:
                await LinkAsync(path, entry.LinkName, cancellation);
                break;
            case TarEntryType.HardLink:
                throw EntryPath.Refuse(entry.Name, "it is a hard link");
            default:
                throw EntryPath.Refuse(entry.Name, "it is a device, a pipe or nothing that is known here");
        }
    }

    Task LinkAsync(EntryPath path, string target, CancellationToken cancellation)
    {
        path.RequireInside(target);
        return into.LinkAsync(path, target, cancellation);
    }

    EntryPath Place(string name)
    {
        var path = EntryPath.Parse(name);
        // some disks do not tell large letters from small ones
        if (atRoot && path.Parts is [var first, ..] && first.Equals(ServerPath.Own, StringComparison.OrdinalIgnoreCase)) throw EntryPath.Refuse(name, "it is what the panel keeps itself");
        return path;
    }

    static async Task<string> TextAsync(Stream content, long length, CancellationToken cancellation)
    {
        if (length > LinkBytes) throw new InvalidDataException("The link is too long.");
        using var text = new StreamReader(content);
        return await text.ReadToEndAsync(cancellation);
    }

    // never more than a program may need, never less than its owner does; what a file is run as is nothing that an archive decides
    static UnixFileMode Mode(UnixFileMode mode) =>
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
        | ((mode & UnixFileMode.UserExecute) == 0 ? 0 : UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
}
