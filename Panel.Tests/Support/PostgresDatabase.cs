using Npgsql;
using Xunit;

namespace Panel.Tests.Support;

/// <summary>A database of its own on the PostgreSQL that <c>./test</c> started; gone with the test.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    readonly string server;
    readonly string name;

    PostgresDatabase(string server, string name) => (this.server, this.name) = (server, name);

    /// <summary>How to reach it.</summary>
    public string ConnectionString => $"{server};Database={name}";

    /// <summary>Makes an empty database; skips the test where there is no PostgreSQL.</summary>
    public static async Task<PostgresDatabase> CreateAsync()
    {
        var server = Environment.GetEnvironmentVariable("PANEL_TEST_POSTGRES");
        Assert.SkipWhen(string.IsNullOrEmpty(server), "No PostgreSQL here: ./test starts one, or PANEL_TEST_POSTGRES names one.");
        var database = new PostgresDatabase(server!, $"panel_{Guid.NewGuid():n}");
        await database.ExecuteAsync($"CREATE DATABASE {database.name}");
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    }

    async Task ExecuteAsync(string command)
    {
        await using var connection = new NpgsqlConnection($"{server};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var statement = connection.CreateCommand();
#pragma warning disable CA2100 // the name is made above
        statement.CommandText = command;
#pragma warning restore CA2100
        await statement.ExecuteNonQueryAsync();
    }
}
