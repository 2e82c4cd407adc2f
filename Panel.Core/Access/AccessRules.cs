namespace Panel.Core.Access;

/// <summary>Who may do what.</summary>
static class AccessRules
{
    /// <summary>Whether the actor may know of what the account owns, and do everything to it.</summary>
    public static bool MaySee(Actor actor, string ownerId) => actor.IsAdmin || (actor.UserId.Length > 0 && actor.UserId == ownerId);
}
