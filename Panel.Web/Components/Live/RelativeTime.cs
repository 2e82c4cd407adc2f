namespace Panel.Web.Components.Live;

/// <summary>Moments and spans in words.</summary>
public static class RelativeTime
{
    /// <summary>How long ago a moment was, such as <c>5 min ago</c>; null once a date says more.</summary>
    public static string? Ago(DateTimeOffset at, DateTimeOffset now) => (now - at) switch
    {
        { TotalSeconds: < 45 } => "just now",
        { TotalDays: < 14 } past => $"{Span(past)} ago",
        _ => null,
    };

    /// <summary>A span by its two largest units, such as <c>1 min 12 s</c>; none is below zero.</summary>
    public static string Exact(TimeSpan span) => span switch
    {
        { Ticks: <= 0 } => "0 s",
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
        { TotalMinutes: < 60 } => $"{span.Minutes} min {span.Seconds} s",
        _ => $"{(int)span.TotalHours} h {span.Minutes} min",
    };

    /// <summary>A span by its largest unit, such as <c>3 h</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
        { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)span.TotalHours} h",
        _ => $"{(int)span.TotalDays} days",
    };
}
