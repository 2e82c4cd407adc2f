using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Panel.Core.Database;

/// <summary>
/// Waits for a database server that starts beside the panel, or is being moved: who ends for it is started again by the cluster with longer
/// and longer pauses.
/// </summary>
static partial class DatabaseWait
{
    // https://www.postgresql.org/docs/current/errcodes-appendix.html: invalid_catalog_name
    const string MissingDatabase = "3D000";

    static readonly TimeSpan patience = TimeSpan.FromMinutes(2), pause = TimeSpan.FromSeconds(1);

    /// <summary>Ends once the database takes a connection.</summary>
    /// <exception cref="DbException">It refuses, or has not answered in two minutes.</exception>
    public static async Task UntilItAnswersAsync(PanelDb db, TimeProvider clock, ILogger log, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        for (var told = false; ; told = true)
        {
            try
            {
                // not by way of EF, which logs each failure as an error and wraps it
                var connection = db.Database.GetDbConnection();
                await connection.OpenAsync(cancellation);
                await connection.CloseAsync();
                return;
            }
            catch (DbException failure) when (failure.SqlState == MissingDatabase)
            {
                return;     // it answers; the migrations make the database
            }
            catch (DbException failure) when (failure.IsTransient && clock.GetElapsedTime(begun) < patience)
            {
                if (!told) LogWaits(log, failure.Message);
                await Task.Delay(pause, clock, cancellation);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer yet: {Reason}")]
    static partial void LogWaits(ILogger log, string reason);
}
