using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Panel.Core.Replicas;

/// <summary>Notices over the database that all replicas have anyhow (LISTEN and NOTIFY).</summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-listen.html</remarks>
sealed class PostgresNotices(IDbContextFactory<PanelDb> databases, IConfiguration configuration) : INotices
{
    const string Channel = "panel_notices";

    public async Task SendAsync(string text, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"SELECT pg_notify({Channel}, {text})", cancellation);
    }

    public async Task ListenAsync(Action listening, Action<string> receive, CancellationToken cancellation)
    {
        // a connection of its own, for as long as it listens; a dead line is noticed by the question it asks now and then
        var settings = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString("Panel")) { Pooling = false, KeepAlive = 10, ApplicationName = "panel-notices" };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        connection.Notification += (_, notice) => receive(notice.Payload);
        await connection.OpenAsync(cancellation);
        await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection)) await listen.ExecuteNonQueryAsync(cancellation);
        listening();
        while (true) await connection.WaitAsync(cancellation);
    }
}
