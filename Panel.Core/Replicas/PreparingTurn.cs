using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Panel.Core.Replicas;

/// <summary>
/// Lets panels that start at the same time bring the database to its newest form one after the other: the first does it, the rest find it
/// done. Either lock ends with its process, however that ends.
/// </summary>
static class PreparingTurn
{
    const long Number = 0x50616E656C;     // "Panel"

    /// <summary>Waits for the turn; it lasts until the result is disposed of.</summary>
    public static async Task<IAsyncDisposable> TakeAsync(PanelDb db, string dataDirectory, CancellationToken cancellation) =>
        db is SqlitePanelDb ? await LockFileAsync(Path.Combine(dataDirectory, "migrations.lock"), cancellation) : await LockDatabaseAsync(db, cancellation);

    static async Task<FileStream> LockFileAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);   // another panel is at it
            }
        }
    }

    // https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    static async Task<NpgsqlConnection> LockDatabaseAsync(PanelDb db, CancellationToken cancellation)
    {
        await CreateAsync((RelationalDatabaseCreator)db.GetService<IDatabaseCreator>(), cancellation);
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(db.Database.GetConnectionString()) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            await using var take = new NpgsqlCommand($"SELECT pg_advisory_lock({Number})", connection) { CommandTimeout = 0 };
            await take.ExecuteNonQueryAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    static async Task CreateAsync(RelationalDatabaseCreator creator, CancellationToken cancellation)
    {
        try
        {
            if (!await creator.ExistsAsync(cancellation)) await creator.CreateAsync(cancellation);
        }
        catch (PostgresException made) when (made.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // another panel was first
        }
    }
}
