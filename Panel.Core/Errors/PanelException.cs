using Panel.Contracts.Access;

namespace Panel.Core.Errors;

/// <summary>
/// An expected refusal. The family is closed; it is mapped in two places only: ProblemDetails for the API, and a message by the
/// field or a toast for pages. Anything else that is thrown is a bug. Messages are for people and hold no secret.
/// </summary>
public abstract class PanelException(string message) : Exception(message);

/// <summary>There is no such thing, or the person may not know of it.</summary>
/// <param name="what">What was looked for, such as "Server".</param>
public sealed class NotFoundException(string what) : PanelException($"{what} was not found.");

/// <summary>The person may see the thing and may not do this to it.</summary>
public sealed class ForbiddenException(string message) : PanelException(message);

/// <summary>The game's template keeps a file of the server from its people.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="rule">The line of the template's denylist that says so.</param>
public sealed class FileProtectedException(Files.ServerPath path, string rule)
    : PanelException($"{path} is protected by the game's template (its rule is “{rule}”): it can be neither read nor changed.")
{
    /// <summary>The file or folder, from the volume's root.</summary>
    public string Path { get; } = path.Value;

    /// <summary>The line of the template's denylist.</summary>
    public string Rule { get; } = rule;
}

/// <summary>The thing is in a state that does not allow it, or it changed meanwhile.</summary>
public sealed class ConflictException(string message) : PanelException(message);

/// <summary>What was sent breaks a rule of a field.</summary>
public sealed class InvalidFieldException : PanelException
{
    /// <summary>One field that breaks one rule.</summary>
    public InvalidFieldException(string field, string rule) : this(new Dictionary<string, string[]> { [field] = [rule] }) { }

    /// <summary>Every broken rule, by field.</summary>
    public InvalidFieldException(IReadOnlyDictionary<string, string[]> errors) : base(string.Join(' ', errors.SelectMany(e => e.Value))) => Errors = errors;

    /// <summary>The rules that were broken, by the field's name as the request spells it (a variable's is its environment name).</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; }

    /// <summary>Whether the fields are variables of a game, whose names are as they are written.</summary>
    public bool AsNamed { get; init; }
}

/// <summary>It would take more than the quota leaves.</summary>
/// <param name="resource">What is short, in words, such as "memory".</param>
/// <param name="asked">How much of it was asked for, in words, such as "2 GiB of memory".</param>
/// <param name="left">How much is left, with its unit.</param>
/// <param name="limit">How much there is in all, with its unit.</param>
public sealed class QuotaExceededException(string resource, string asked, string left, string limit)
    : PanelException($"That takes {asked}. Of the owner's quota of {limit}, {left} is left. Somebody with the permission {PanelPermissions.ManageUsers}, such as an administrator, can raise the quota.")
{
    /// <summary>What is short.</summary>
    public string Resource { get; } = resource;
}

/// <summary>The cluster cannot be reached or refuses; trying again later may help.</summary>
public sealed class ClusterUnavailableException(string message) : PanelException(message);

/// <summary>The panel itself has no room to store what was asked.</summary>
public sealed class StorageFullException() : PanelException("The panel's own disk is full, so nothing was changed. An administrator has to make room on it.");
