namespace Panel.LocalCluster.Api.Tables;

/// <summary>Durations as kubectl shows them: <c>45s</c>, <c>3m20s</c>, <c>5h</c>, <c>12d</c>.</summary>
static class Ages
{
    public static string Since(DateTimeOffset? time, DateTimeOffset now) => time is { } then ? Show(now - then) : "<unknown>";

    public static string Show(TimeSpan age)
    {
        var seconds = Math.Max(0, (long)age.TotalSeconds);
        var (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
        return seconds switch
        {
            < 120 => $"{seconds}s",
            < 600 => minutes * 60 == seconds ? $"{minutes}m" : $"{minutes}m{seconds % 60}s",
            < 10800 => $"{minutes}m",
            < 28800 => hours * 60 == minutes ? $"{hours}h" : $"{hours}h{minutes % 60}m",
            < 172800 => $"{hours}h",
            < 691200 => days * 24 == hours ? $"{days}d" : $"{days}d{hours % 24}h",
            < 63072000 => $"{days}d",
            _ => $"{days / 365}y{days % 365}d",
        };
    }
}
