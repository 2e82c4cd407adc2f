namespace Panel.Web.Accounts;

/// <summary>Where a person is led after signing in.</summary>
public static class LocalAddress
{
    /// <summary>The address when it is a path of this panel, else the start: <c>//elsewhere</c> and <c>/\elsewhere</c> would lead away, and a browser leaves out tabs and line ends.</summary>
    public static string Of(string? address) => address is ['/', not ('/' or '\\'), ..] && !address.Any(char.IsControl) ? address : "/";
}
