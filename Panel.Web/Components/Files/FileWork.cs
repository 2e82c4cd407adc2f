namespace Panel.Web.Components.Files;

/// <summary>Something that takes a while: what it is, how far it is, and how to end it.</summary>
/// <param name="label">What is done, such as "Moving".</param>
/// <param name="total">How many there are.</param>
/// <param name="cancellation">Ends it.</param>
public sealed class FileWork(string label, int total, CancellationTokenSource cancellation)
{
    /// <summary>How many are done.</summary>
    public int Done { get; set; }

    /// <summary>What is done.</summary>
    public string Label => label;

    /// <summary>How many there are.</summary>
    public int Total => total;

    /// <summary>Is cancelled when the person ends it.</summary>
    public CancellationToken Token => cancellation.Token;

    /// <summary>Ends it after what is under way now.</summary>
    public Task EndAsync() => cancellation.CancelAsync();
}
