using System.Globalization;
using Panel.Core.Accounts;
using Panel.Core.Settings;

namespace Panel.Web.Components.Live;

/// <summary>Writes moments as the person who looks reads them: in their time zone, in their way. Until something is known, in UTC by ISO 8601.</summary>
public sealed class LocalTime
{
    TimeZoneInfo zone = TimeZoneInfo.Utc;
    DateStyle style = DateStyle.Iso;

    /// <summary>The name of the time zone.</summary>
    public string Zone => zone.Id;

    /// <summary>Takes what is known of who looks; a name that is none counts as unknown.</summary>
    /// <param name="zoneName">The IANA name of the time zone.</param>
    /// <param name="culture">The name of the culture.</param>
    public void Use(string? zoneName, string? culture)
    {
        zone = TimeZones.TryFind(zoneName, out var found) ? found : TimeZoneInfo.Utc;
        style = DateStyle.Find(culture) ?? DateStyle.Iso;
    }

    /// <summary>A day and a time.</summary>
    public string Text(DateTimeOffset at) => style.Text(In(at)) + Mark;

    /// <summary>A day alone.</summary>
    public string Day(DateTimeOffset at) => In(at).ToString(style.Day, CultureInfo.InvariantCulture);

    /// <summary>A time of the day alone.</summary>
    public string Time(DateTimeOffset at) => In(at).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>How long ago a moment was; a day once that says more.</summary>
    public string Ago(DateTimeOffset at, DateTimeOffset now) => RelativeTime.Ago(at, now) ?? In(at).ToString(In(at).Year == In(now).Year ? style.ShortDay : style.Day, CultureInfo.InvariantCulture);

    /// <summary>The moment to the second as the person reads it, and in UTC.</summary>
    public string Title(DateTimeOffset at) => zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime ? Utc(at) : $"{style.Text(In(at), seconds: true)} · {Utc(at)}";

    /// <summary>A moment as a field of a form has it.</summary>
    public string Input(DateTimeOffset at) => In(at).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The moment that a field of a form has; null for none. One that there is twice, as clocks are set back, is the later one.</summary>
    public DateTimeOffset? Parse(string? input)
    {
        if (!DateTime.TryParse(input, CultureInfo.InvariantCulture, DateTimeStyles.None, out var typed)) return null;
        typed = DateTime.SpecifyKind(typed, DateTimeKind.Unspecified);
        return new DateTimeOffset(typed, zone.GetUtcOffset(typed)).ToUniversalTime();
    }

    DateTimeOffset In(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone);

    string Mark => zone.Id is "UTC" or "Etc/UTC" ? " UTC" : "";

    static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
