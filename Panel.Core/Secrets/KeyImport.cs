using System.Xml;
using System.Xml.Linq;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Core.Accounts;

namespace Panel.Core.Secrets;

/// <summary>Takes keys that an earlier panel kept in files into the database, so that whoever is signed in stays so, and seals secrets that stand open.</summary>
sealed partial class KeyImport(IDbContextFactory<PanelDb> databases, IOptions<PanelOptions> options, OuterKey outer, OpenSecrets secrets, ILogger<KeyImport> log)
{
    /// <summary>Imports what there is. To be called before the first key is asked for.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var folder = Path.Combine(options.Value.DataDirectory, "keys");
        if (Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.xml")) await ImportAsync(file, cancellation);
            if (!Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        }
        if (outer.Bytes is { } key) await SealAsync(new(key), cancellation);
        await secrets.SealAsync(cancellation);
    }

    /// <summary>Encrypts keys that were stored before there was something to encrypt them with.</summary>
    async Task SealAsync(KeyEncryptor encryptor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var row in await db.ProtectionKeys.ToListAsync(cancellation))
        {
            var xml = XElement.Parse(row.Xml);
            if (encryptor.Seal(xml)) row.Xml = xml.ToString(SaveOptions.DisableFormatting);
        }
        await db.SaveChangesAsync(cancellation);
    }

    async Task ImportAsync(string file, CancellationToken cancellation)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        try
        {
            var xml = XElement.Parse(await File.ReadAllTextAsync(file, cancellation)).ToString(SaveOptions.DisableFormatting);
            await using var db = await databases.CreateDbContextAsync(cancellation);
            if (!await db.ProtectionKeys.AnyAsync(key => key.Name == name, cancellation))
            {
                db.ProtectionKeys.Add(new ProtectionKey { Name = name, Xml = xml });
                await db.SaveChangesAsync(cancellation);
            }
            File.Delete(file);   // whoever reads it can make cookies
            LogImported(name);
        }
        catch (Exception fault) when (fault is XmlException or IOException or UnauthorizedAccessException)
        {
            LogNotImported(fault, file);
        }
    }

    [LoggerMessage(LogLevel.Information, "The key {Name} is now kept in the database")]
    partial void LogImported(string name);

    [LoggerMessage(LogLevel.Warning, "The key in {File} could not be taken into the database; who signed in with it has to sign in again")]
    partial void LogNotImported(Exception fault, string file);
}
