using Panel.Core.Database;
using Microsoft.EntityFrameworkCore.Design;
using Panel.Core;

Console.WriteLine("For dotnet-ef only.");

internal sealed class SqliteFactory : IDesignTimeDbContextFactory<SqlitePanelDb>
{
    public SqlitePanelDb CreateDbContext(string[] args) => DesignDatabases.Sqlite();
}

internal sealed class PostgresFactory : IDesignTimeDbContextFactory<PostgresPanelDb>
{
    public PostgresPanelDb CreateDbContext(string[] args) => DesignDatabases.Postgres();
}
