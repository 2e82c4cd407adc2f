using System.Security.Cryptography;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

/// <summary>Uploads of more than one request, as tus makes them of each.</summary>
[Trait("Lane", "cluster")]
public sealed class UploadsTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    static readonly ServerPath file = ServerPath.Parse("/deep/world.bin");

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    IUploadParts Uploads => conformance.Space.Get<IUploadParts>();

    [Fact]
    public async Task Upload_whose_connection_broke_goes_on_where_it_was_and_is_whole()
    {
        var (name, id, bytes) = ((await conformance.MakeAsync("true")).ObjectName, KeptId.New(DateTimeOffset.UnixEpoch), RandomNumberGenerator.GetBytes(6 << 20));
        var end = new UploadEnd(file, bytes.Length, FileVersion.Absent, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        await Uploads.BeginAsync(name, id, file, isNew: true, "what it is"u8.ToArray(), Stop);
        var part = await Uploads.FindAsync(name, id, Stop);
        Assert.Equal((0L, "what it is"), (part.Bytes!.Value, System.Text.Encoding.UTF8.GetString(part.About)));

        await Assert.ThrowsAnyAsync<PanelException>(() => Uploads.AppendAsync(name, id, 0, new Breaking(bytes.AsMemory(0, 3 << 20)), null, null, end, Stop));
        await Deadline.UntilAsync("what arrived", async () => (await Uploads.FindAsync(name, id, Stop)).Bytes >= 2 << 20);
        await Assert.ThrowsAsync<NotFoundException>(() => conformance.Space.Files.LookAsync(name, file, Stop));

        for (var (begun, tries) = (false, 0); !begun; tries++)
        {
            // what broke off may still be writing for a moment
            Assert.True(tries < 20, "The upload does not go on.");
            var at = (int)(await Uploads.FindAsync(name, id, Stop)).Bytes!.Value;
            var answer = await Uploads.AppendAsync(name, id, at, new MemoryStream(bytes, at, bytes.Length - at), bytes.Length - at, null, end, Stop);
            begun = answer.Outcome is AppendOutcome.Added;
            if (begun) Assert.Null(answer.Bytes);
        }
        using var back = new MemoryStream();
        await conformance.Space.Files.DownloadAsync(name, file, _ => { }, back, Stop);
        Assert.True(back.ToArray().AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public async Task Bytes_at_another_place_or_of_another_hash_are_not_taken()
    {
        var (name, id, bytes) = ((await conformance.MakeAsync("true")).ObjectName, KeptId.New(DateTimeOffset.UnixEpoch), "0123456789"u8.ToArray());
        var end = new UploadEnd(file, 10, null, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        await Uploads.BeginAsync(name, id, file, isNew: false, [], Stop);
        Assert.Equal(new(0, AppendOutcome.OtherOffset), await Uploads.AppendAsync(name, id, 5, new MemoryStream(bytes, 5, 5), 5, null, end, Stop));
        foreach (var algorithm in ChunkHash.Algorithms)
        {
            Assert.Equal(new(0, AppendOutcome.OtherHash), await Uploads.AppendAsync(name, id, 0, new MemoryStream(bytes, 0, 5), 5, new(algorithm, "00"), end, Stop));
        }
        Assert.Equal(new(5, AppendOutcome.Added), await Uploads.AppendAsync(name, id, 0, new MemoryStream(bytes, 0, 5), 5, new("sha512", Convert.ToHexStringLower(SHA512.HashData(bytes.AsSpan(0, 5)))), end, Stop));
        await Assert.ThrowsAsync<ConflictException>(() => Uploads.AppendAsync(name, id, 5, new MemoryStream("wrong"u8.ToArray()), 5, null, end, Stop));
        await Assert.ThrowsAsync<NotFoundException>(() => Uploads.FindAsync(name, id, Stop));
        await Assert.ThrowsAsync<NotFoundException>(() => conformance.Space.Files.LookAsync(name, file, Stop));
    }

    [Fact]
    public async Task Upload_that_is_given_up_leaves_nothing()
    {
        var (name, id) = ((await conformance.MakeAsync("true")).ObjectName, KeptId.New(DateTimeOffset.UnixEpoch));
        await Uploads.BeginAsync(name, id, file, isNew: true, [], Stop);
        await Uploads.AppendAsync(name, id, 0, new MemoryStream(new byte[100]), 100, null, new(file, 1000, FileVersion.Absent, null), Stop);
        await Uploads.CancelAsync(name, id, Stop);
        await Uploads.CancelAsync(name, id, Stop);
        await Assert.ThrowsAsync<NotFoundException>(() => Uploads.FindAsync(name, id, Stop));
        Assert.Empty((await conformance.Space.Files.ListAsync(name, ServerPath.Parse("/.panel/uploads"), Stop)).Entries);
    }

    /// <summary>Gives some bytes and then breaks, as a connection does.</summary>
    sealed class Breaking(ReadOnlyMemory<byte> bytes) : MemoryStream(bytes.ToArray())
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("The connection broke.");
    }
}
