namespace Panel.Web.Components.Files;

/// <summary>Registers what the pages of files need.</summary>
public static class FilesSetup
{
    /// <summary>Adds the clipboard of a visit, and the bound of what all visits hold.</summary>
    public static IServiceCollection AddFilePages(this IServiceCollection services) => services.AddScoped<FileClipboard>().AddSingleton(new OpenFolders(OpenFolders.Usual));
}
