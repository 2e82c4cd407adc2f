namespace Panel.Web.Components.Live;

/// <summary>Registers what live pages need.</summary>
public static class LiveSetup
{
    /// <summary>Adds <see cref="Feedback"/> and <see cref="LocalTime"/>.</summary>
    public static IServiceCollection AddLive(this IServiceCollection services) => services.AddScoped<Feedback>().AddScoped<LocalTime>();
}
