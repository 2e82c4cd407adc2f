using System.Globalization;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Changes who may read, write and run files.</summary>
public sealed class ChangeMode(ServerVolumes volumes)
{
    const int MaxNames = 1000, Reading = 0b100_100_100;

    /// <summary>Gives files and folders other permission bits. Links keep theirs.</summary>
    /// <exception cref="InvalidFieldException">Nothing or too much is named, or the bits are none that the panel gives: no program takes on another's rights by them.</exception>
    /// <exception cref="ConflictException">A hold forbids it, or they belong to somebody else.</exception>
    public async Task RunAsync(Actor actor, ServerId id, ChangeModeRequest request, CancellationToken cancellation)
    {
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.UpdateFiles, cancellation);
        if (request.Names.Count is 0 or > MaxNames) throw new InvalidFieldException(nameof(request.Names), "Name 1 to 1,000 files.");
        var folder = ServerPath.Parse(request.Folder, nameof(request.Folder));
        foreach (var name in request.Names) folder.Child(name, nameof(request.Names)).RequireNamed(nameof(request.Names));
        var mode = Parse(request.Mode);
        // whoever may read a folder is to get into it: without that its names are all there is to see
        UnixFileMode? folders = request.Deep ? mode | (UnixFileMode)(((int)mode & Reading) >> 2) : null;
        await volumes.For(actor, server).ChangeModeAsync(folder, request.Names, mode, folders, cancellation);
        await volumes.RecordAsync(actor, server, "file.chmod", $"{Convert.ToString((int)mode, 8).PadLeft(4, '0')} for {string.Join(", ", request.Names)} in {folder}{(request.Deep ? ", with all they hold" : "")}", cancellation);
    }

    static UnixFileMode Parse(string text)
    {
        if (text.Length is < 3 or > 4 || !text.All(digit => digit is >= '0' and <= '7') || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _)) throw new InvalidFieldException(nameof(ChangeModeRequest.Mode), "Give three octal digits, such as 644.");
        var mode = Convert.ToInt32(text, 8);
        return mode <= 0b111_111_111 ? (UnixFileMode)mode : throw new InvalidFieldException(nameof(ChangeModeRequest.Mode), "Set-user-ID, set-group-ID and the sticky bit are not given.");
    }
}
