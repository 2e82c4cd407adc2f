using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Settings;

namespace Panel.Core.Accounts;

/// <summary>Changes how pages look to their person. It is no secret and no power: no password is asked for and no record is made.</summary>
public sealed class ChangePreferences(IDbContextFactory<PanelDb> databases, AccountChanges changes)
{
    /// <summary>Sets the time zone and the way days are written.</summary>
    /// <exception cref="ForbiddenException">It is not the person itself.</exception>
    /// <exception cref="InvalidFieldException">There is no such time zone or culture.</exception>
    public async Task RunAsync(Actor actor, PreferencesRequest request, CancellationToken cancellation)
    {
        OwnAccount.RequireSelf(actor);
        FieldRules.Require(request);
        if (request.TimeZone.Length > 0 && !TimeZones.TryFind(request.TimeZone, out _)) throw new InvalidFieldException(nameof(request.TimeZone), "There is no such time zone. Choose one such as Europe/Berlin.");
        if (request.Culture.Length > 0 && DateStyle.Find(request.Culture) is null) throw new InvalidFieldException(nameof(request.Culture), $"Choose one of {string.Join(", ", DateStyle.All.Select(style => style.Culture))}.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.Users.Where(account => account.Id == actor.UserId).ExecuteUpdateAsync(set => set.SetProperty(account => account.TimeZone, request.TimeZone).SetProperty(account => account.Culture, request.Culture), cancellation);
        changes.Changed(actor.UserId);
    }

    /// <summary>Keeps the colours that were chosen, so that they follow the person to another browser.</summary>
    /// <exception cref="ForbiddenException">It is not the person itself.</exception>
    /// <exception cref="InvalidFieldException">There are no such colours.</exception>
    public async Task SetThemeAsync(Actor actor, string? theme, CancellationToken cancellation)
    {
        OwnAccount.RequireSelf(actor);
        if (theme is not ("light" or "dark" or "system")) throw new InvalidFieldException("Theme", "One of light, dark, system.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.Users.Where(account => account.Id == actor.UserId).ExecuteUpdateAsync(set => set.SetProperty(account => account.Theme, theme), cancellation);
        changes.Changed(actor.UserId);
    }
}
