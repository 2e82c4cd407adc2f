using System.Globalization;

namespace Panel.Web.Components.Kit;

/// <summary>Limits and use in words.</summary>
public static class Amount
{
    /// <summary>Memory or disk, such as <c>512 MiB</c> or <c>1.5 GiB</c>.</summary>
    public static string MiB(long mib) => mib < 1024 ? $"{mib} MiB" : $"{Number(mib / 1024.0)} GiB";

    /// <summary>Processor share, such as <c>0.5 CPU</c>.</summary>
    public static string Cpu(int millis) => $"{Number(millis / 1000.0)} CPU";

    /// <summary>Processor use against a limit, such as <c>34 %</c>; a dash while it is not known.</summary>
    public static string CpuUse(int? millis, int limit) => millis is not { } used ? "–" : limit > 0 ? $"{Math.Round(used * 100.0 / limit).ToString(CultureInfo.InvariantCulture)} %" : Cpu(used);

    /// <summary>Memory or disk against a limit, such as <c>310 of 512 MiB</c>; a dash and the limit while it is not known.</summary>
    public static string Use(int? mib, int limit)
    {
        if (mib is not { } used) return $"– / {MiB(limit)}";
        return limit < 1024 ? $"{used} / {limit} MiB" : $"{Number(used / 1024.0)} / {MiB(limit)}";
    }

    /// <summary>A rate, such as <c>12 KiB/s</c>; a dash while it is not known.</summary>
    public static string Rate(long? bytes) => bytes switch
    {
        null => "–",
        < 1024 => $"{bytes} B/s",
        < 1024 * 1024 => $"{Number(bytes.Value / 1024.0)} KiB/s",
        _ => $"{Number(bytes.Value / 1024.0 / 1024)} MiB/s",
    };

    static string Number(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture);
}
