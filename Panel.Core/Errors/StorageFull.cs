using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Panel.Core.Errors;

/// <summary>Tells a database that has no room as the refusal it is: nothing was changed, and there is something to do about it.</summary>
sealed class StorageFull : IDbCommandInterceptor, IDbTransactionInterceptor, ISaveChangesInterceptor
{
    public static readonly StorageFull Instance = new();

    const int SqliteFull = 13;
    const string PostgresDiskFull = "53100";

    public void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Refuse(eventData.Exception);

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default) => RefuseAsync(eventData.Exception);

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => Refuse(eventData.Exception);

    public Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default) => RefuseAsync(eventData.Exception);

    public void SaveChangesFailed(DbContextErrorEventData eventData) => Refuse(eventData.Exception);

    public Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default) => RefuseAsync(eventData.Exception);

    static Task RefuseAsync(Exception failure)
    {
        Refuse(failure);
        return Task.CompletedTask;
    }

    static void Refuse(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is SqliteException { SqliteErrorCode: SqliteFull } or DbException { SqlState: PostgresDiskFull } or StorageFullException) throw new StorageFullException();
        }
    }
}
