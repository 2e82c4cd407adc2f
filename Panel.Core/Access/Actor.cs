using Panel.Contracts.Access;

namespace Panel.Core.Access;

/// <summary>Who acts: every operation takes one, checks what it may, and writes its name into the audit.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Name">What the account is called.</param>
/// <param name="Permissions">What its role allows in the whole panel: keys of <see cref="PanelPermissions"/>.</param>
/// <param name="Address">Where it acts from: an IP address, or null for the panel itself.</param>
public sealed record Actor(string UserId, string Name, IReadOnlySet<string> Permissions, string? Address)
{
    /// <summary>The panel itself.</summary>
    public static Actor Panel { get; } = new("", "Panel", PanelPermissions.All, Address: null);

    /// <summary>What an API key is limited to, of both kinds of permissions; null for all that the account may.</summary>
    public IReadOnlySet<string>? Scopes { get; init; }

    /// <summary>The key for programs that it acts by; null for a person, and for the panel itself.</summary>
    public Guid? Key { get; init; }

    /// <summary>Who acts in this account's name, as the audit shows it; null for the person itself.</summary>
    public string? Impersonator { get; init; }

    /// <summary>The account of who acts in this account's name, or null.</summary>
    public string? ImpersonatorId { get; init; }

    /// <summary>The session it acts in; null for keys, and for the panel itself.</summary>
    public Guid? Session { get; init; }

    /// <summary>Whether it may do this in the whole panel.</summary>
    /// <param name="permission">A key of <see cref="PanelPermissions"/>.</param>
    public bool May(string permission) => Permissions.Contains(permission) && Scopes?.Contains(permission) != false;

    /// <summary>Refuses what it may not do in the whole panel.</summary>
    /// <exception cref="Errors.ForbiddenException">It may not.</exception>
    internal void Require(string permission)
    {
        if (May(permission)) return;
        throw new Errors.ForbiddenException(Permissions.Contains(permission) ? OutOfScope(permission)
            : $"You may not {PanelPermissions.Find(permission)?.Text ?? "do this"}. An administrator can allow it with the permission {permission}.");
    }

    /// <summary>Why a key may not do what it was not made for.</summary>
    internal static string OutOfScope(string permission) => $"This key was made without the permission {permission}. Make another one that has it.";
}
