using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Panel.Core.Templates;

namespace Panel.Core.Secrets;

/// <summary>Finds values that became secret after they were stored, or were stored before secrets were sealed, and seals them.</summary>
sealed partial class OpenSecrets(IDbContextFactory<PanelDb> databases, TemplateCatalogue templates, SecretValues secrets, ILogger<OpenSecrets> log)
{
    /// <summary>Seals them all.</summary>
    public async Task SealAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var template in templates.All.Where(template => template.Variables.Any(variable => variable.Secret)))
        {
            var names = template.Variables.Where(variable => variable.Secret).Select(variable => variable.Env).ToList();
            foreach (var server in await db.Servers.Where(server => server.Template == template.Key).ToListAsync(cancellation))
            {
                if (!names.Any(name => server.Variables.GetValueOrDefault(name) is { Length: > 0 } value && !value.StartsWith(SecretValues.Mark, StringComparison.Ordinal))) continue;
                server.Variables = secrets.Seal(template, secrets.Open(server.Variables), server.Variables);
            }
        }
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            LogLater();   // another replica changed one of them; it, or the next start, seals the rest
        }
    }

    [LoggerMessage(LogLevel.Information, "Secrets that stand open in the database are sealed at the next start: a server was changed meanwhile")]
    partial void LogLater();
}
