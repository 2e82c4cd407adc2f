using System.Globalization;

namespace Panel.Web.Hosting;

/// <summary>
/// <c>Panel.Web health [URL]</c> asks a panel whether it is well: for container health checks and the chart's tests, whose image has neither a
/// shell nor curl.
/// </summary>
static class HealthQuestion
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks and prints the answer.</summary>
    /// <param name="arguments">The address to ask; without one, the panel of this machine.</param>
    /// <param name="variable">Reads a variable of the environment.</param>
    /// <param name="output">Where the answer goes.</param>
    /// <returns>The exit code: 0 when it is well.</returns>
    public static async Task<int> AskAsync(IReadOnlyList<string> arguments, Func<string, string?> variable, TextWriter output)
    {
        var address = arguments.Count > 0 ? arguments[0] : Own(variable);
        using var client = new HttpClient { Timeout = patience };
        try
        {
            using var answer = await client.GetAsync(address);
            var words = await answer.Content.ReadAsStringAsync();
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{address}: {(int)answer.StatusCode} {words}"));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or InvalidOperationException or UriFormatException)
        {
            await output.WriteLineAsync($"{address}: {failure.Message}");
            return 1;
        }
    }

    // where the panel of this container listens, as its own settings tell
    static string Own(Func<string, string?> variable)
    {
        if (variable("ASPNETCORE_URLS") is { Length: > 0 } urls) return Preparation.Reachable(urls.Split(';')[0]) + "/healthz";
        return $"http://localhost:{(variable("ASPNETCORE_HTTP_PORTS") is { Length: > 0 } ports ? ports.Split(';')[0] : "8080")}/healthz";
    }
}
