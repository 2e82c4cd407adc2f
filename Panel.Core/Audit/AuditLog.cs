using Panel.Contracts.Servers;
using Panel.Core.Access;

namespace Panel.Core.Audit;

/// <summary>Adds to the audit, in the same save as the change itself.</summary>
public sealed class AuditLog(TimeProvider clock)
{
    const int MaxDetail = 2000;

    /// <summary>Notes what somebody does to a server.</summary>
    /// <param name="db">The context whose next save writes it.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="action">What is done, such as <c>server.create</c>.</param>
    /// <param name="server">The server.</param>
    /// <param name="subject">What the server is called.</param>
    /// <param name="detail">More in words; never a secret.</param>
    /// <param name="changes">What was and what is, where that is not read from the rows that the context is about to save.</param>
    public void Add(PanelDb db, Actor actor, string action, ServerId? server, string subject, string detail = "", AuditChanges? changes = null) => db.Audit.Add(new()
    {
        At = clock.GetUtcNow(),
        ActorId = actor.UserId.Length == 0 ? null : actor.UserId,
        ActorName = actor.Name,
        Address = actor.Address,
        Impersonator = actor.Impersonator,
        Action = action,
        Server = server,
        Subject = subject,
        Detail = detail.Length <= MaxDetail ? detail : detail[..MaxDetail],
        Changes = AuditedFields.Of(db, server, changes).ToJson(),
    });
}
