using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Servers;

namespace Panel.Web.Api;

/// <summary>
/// The list of servers as the API sends it, kept for a moment: programs ask for it again and again, and mostly nothing is new. Who asks is found out
/// each time before this; a change of any server or account, here or told by another replica, makes the list be read anew at once.
/// </summary>
public sealed class ServerListAnswers(ServerQueries servers, ChangedServers changed, AccountChanges accounts, IOptions<JsonOptions> json, TimeProvider clock) : IDisposable
{
    // memberships end by time too, and a notice of another replica may be lost
    static readonly TimeSpan kept = TimeSpan.FromSeconds(2);
    const int MostBytes = 64_000_000, First = 1_000;

    readonly MemoryCache known = new(Options.Create(new MemoryCacheOptions { SizeLimit = MostBytes }));
    readonly Lock gate = new();

    /// <summary>What the actor sees.</summary>
    public async ValueTask<ServerListAnswer> FindAsync(Actor actor, CancellationToken cancellation)
    {
        // what a key is limited to never changes; and who may more or less now is another viewer than before
        var viewer = new Viewer(actor.UserId, actor.Key, actor.May(PanelPermissions.ReadServers), actor.May(PanelPermissions.ManageServers));
        Reading reading;
        lock (gate)
        {
            if (!known.TryGetValue(viewer, out reading!) || !IsGood(reading))
            {
                // counted before it is read: what changes meanwhile is read again
                reading = new(changed.Count, accounts.Count, clock.GetTimestamp(), new(() => ReadAsync(actor), LazyThreadSafetyMode.ExecutionAndPublication));
                Keep(viewer, reading, First);
            }
        }
        var first = !reading.Answer.IsValueCreated;
        try
        {
            var answer = await reading.Answer.Value.WaitAsync(cancellation);   // of many who ask at once, one reads
            if (first && IsGood(reading)) Keep(viewer, reading, First + answer.Body.Length);
            return answer;
        }
        catch when (reading.Answer.Value.IsFaulted)
        {
            known.Remove(viewer);
            throw;
        }
    }

    bool IsGood(Reading reading) => reading.Servers == changed.Count && reading.Accounts == accounts.Count && clock.GetElapsedTime(reading.At) < kept;

    void Keep(Viewer viewer, Reading reading, int size) => known.Set(viewer, reading, new MemoryCacheEntryOptions { Size = size, AbsoluteExpirationRelativeToNow = kept });

    async Task<ServerListAnswer> ReadAsync(Actor actor)
    {
        var rows = await servers.ListAsync(actor, CancellationToken.None);
        var body = JsonSerializer.SerializeToUtf8Bytes(rows, json.Value.SerializerOptions);
        return new(body, new($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\""));
    }

    /// <inheritdoc/>
    public void Dispose() => known.Dispose();

    sealed record Viewer(string AccountId, Guid? Key, bool Reads, bool Manages);

    sealed record Reading(long Servers, long Accounts, long At, Lazy<Task<ServerListAnswer>> Answer);
}

/// <summary>A list as it is sent.</summary>
/// <param name="Body">JSON in UTF-8.</param>
/// <param name="Tag">Names what it says: a program that has it is told so, and nothing else.</param>
public sealed record ServerListAnswer(byte[] Body, EntityTagHeaderValue Tag);
