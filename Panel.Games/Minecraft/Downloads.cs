using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Panel.Games.Minecraft;

/// <summary>A file to have: where it is, and what proves that it is the one.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Sha1">Its SHA-1 in hexadecimal, where that is published.</param>
/// <param name="Sha256">Its SHA-256 in hexadecimal, where that is published.</param>
sealed record RemoteFile(Uri Url, string? Sha1 = null, string? Sha256 = null);

/// <summary>Fetches lists and files. What is kept in the volume was verified first; a cut download leaves nothing behind.</summary>
sealed class Downloads : IDisposable
{
    const long MaxListBytes = 32 << 20, MaxFileBytes = 2L << 30;
    static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);

    readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15), AutomaticDecompression = System.Net.DecompressionMethods.All })
    {
        Timeout = TimeSpan.FromMinutes(1),
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("Panel-local-cluster", "1.0") } },
        MaxResponseContentBufferSize = MaxListBytes,
    };

    /// <summary>Reads a JSON document.</summary>
    /// <exception cref="LaunchFailure">It cannot be had.</exception>
    public async Task<JsonElement> ReadAsync(Uri url, string? sha1 = null)
    {
        var bytes = await ReadBytesAsync(url);
        if (sha1 is not null && !Same(sha1, Hash(HashAlgorithmName.SHA1, bytes))) throw new LaunchFailure($"{url} is not what its list says: the checksum differs.");
        try
        {
            return JsonSerializer.Deserialize(bytes, Documents.Default.JsonElement);
        }
        catch (JsonException broken)
        {
            throw new LaunchFailure($"{url} did not answer with a list: {broken.Message}", broken);
        }
    }

    /// <summary>Reads a short text, or null where there is none (404).</summary>
    /// <exception cref="LaunchFailure">It cannot be had.</exception>
    public async Task<string?> FindTextAsync(Uri url)
    {
        try
        {
            return System.Text.Encoding.UTF8.GetString(await ReadBytesAsync(url)).Trim();
        }
        catch (LaunchFailure failure) when (failure.InnerException is HttpRequestException { StatusCode: System.Net.HttpStatusCode.NotFound })
        {
            return null;
        }
    }

    /// <summary>Brings a file to a path, unless it is already there and right.</summary>
    /// <exception cref="LaunchFailure">It cannot be had, or is not what it should be.</exception>
    public async Task FetchAsync(RemoteFile file, string path)
    {
        if (File.Exists(path) && await IsRightAsync(file, path)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + ".part";
        try
        {
            await CopyAsync(file.Url, temporary);
            if (!await IsRightAsync(file, temporary)) throw new LaunchFailure($"{file.Url} is not the file that its list names: the checksum differs. Nothing was installed.");
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or IOException)
        {
            throw Unreachable(file.Url, failure);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Whether a file is the one that is meant; true where nothing proves it.</summary>
    public static async Task<bool> IsRightAsync(RemoteFile file, string path)
    {
        await using var stream = File.OpenRead(path);
        if (file.Sha256 is not null) return Same(file.Sha256, Convert.ToHexString(await SHA256.HashDataAsync(stream)));
#pragma warning disable CA5350 // Mojang and Forge publish SHA-1
        return file.Sha1 is null || Same(file.Sha1, Convert.ToHexString(await SHA1.HashDataAsync(stream)));
#pragma warning restore CA5350
    }

    async Task<byte[]> ReadBytesAsync(Uri url)
    {
        try
        {
            return await http.GetByteArrayAsync(url);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or InvalidOperationException)
        {
            throw Unreachable(url, failure);
        }
    }

    async Task CopyAsync(Uri url, string path)
    {
        using var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var source = await answer.Content.ReadAsStreamAsync();
        await using var target = new FileStream(path, FileMode.Create, FileAccess.Write);
        var buffer = new byte[128 * 1024];
        using var stalled = new CancellationTokenSource(Stall);
        while (await source.ReadAsync(buffer, stalled.Token) is > 0 and var count)
        {
            stalled.CancelAfter(Stall);
            if (target.Length + count > MaxFileBytes) throw new LaunchFailure($"{url} is larger than 2 GiB.");
            await target.WriteAsync(buffer.AsMemory(0, count));
        }
    }

    static LaunchFailure Unreachable(Uri url, Exception failure) => failure switch
    {
        HttpRequestException { StatusCode: { } status } => new($"{url} answered {(int)status} {status}.", failure),
        TaskCanceledException => new($"{url} did not answer in time. Is this machine connected?", failure),
        HttpRequestException => new($"{url} cannot be reached ({failure.Message}). Is this machine connected? A mirror can be named with the settings Panel:LocalCluster:Images:Minecraft…", failure),
        _ => new($"{url} could not be fetched: {failure.Message}", failure),
    };

    static string Hash(HashAlgorithmName name, byte[] bytes) => Convert.ToHexString(CryptographicOperations.HashData(name, bytes));

    static bool Same(string expected, string actual) => expected.Equals(actual, StringComparison.OrdinalIgnoreCase);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
sealed partial class Documents : System.Text.Json.Serialization.JsonSerializerContext;
