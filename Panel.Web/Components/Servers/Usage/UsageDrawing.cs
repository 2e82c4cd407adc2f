using System.Globalization;
using System.Text;
using Panel.Contracts.Servers;

namespace Panel.Web.Components.Servers.Usage;

/// <summary>A chart as paths: as wide as there are stretches of time, 100 high. A stretch without a number is a gap.</summary>
/// <param name="Slots">How many stretches.</param>
/// <param name="Top">The number at the upper edge.</param>
/// <param name="Values">The number of each stretch.</param>
/// <param name="Line">The line.</param>
/// <param name="Area">What lies below it.</param>
public sealed record UsageDrawing(int Slots, double Top, IReadOnlyList<int?> Values, string Line, string Area)
{
    /// <summary>Of nothing.</summary>
    public static UsageDrawing Nothing { get; } = new(1, 1, [null], "", "");

    /// <summary>Draws points.</summary>
    /// <param name="view">The points.</param>
    /// <param name="value">The number of a point.</param>
    /// <param name="limit">What the upper edge is at least.</param>
    public static UsageDrawing Of(UsageHistoryView view, Func<UsagePoint, int?> value, int? limit)
    {
        var slots = (int)Math.Round((view.To - view.From) / view.Step);
        var values = new int?[slots];
        foreach (var point in view.Points)
        {
            var slot = (int)Math.Round((point.At - view.From) / view.Step);
            if (slot >= 0 && slot < slots) values[slot] = value(point);
        }
        var top = Math.Max(Math.Max(limit ?? 0, values.Max() ?? 0), 1);
        var (line, area) = (new StringBuilder(), new StringBuilder());
        for (var from = 0; from < slots; from++)
        {
            if (values[from] is null) continue;
            var until = from;
            while (until < slots && values[until] is not null) until++;
            var run = string.Join(' ', Enumerable.Range(from, until - from).Select(slot => string.Create(CultureInfo.InvariantCulture, $"{slot},{Y(values[slot]!.Value):0.##} {slot + 1},{Y(values[slot]!.Value):0.##}")));
            line.Append(CultureInfo.InvariantCulture, $"M{run}");
            area.Append(CultureInfo.InvariantCulture, $"M{from},100 {run} {until},100Z");
            from = until;
        }
        return new(slots, top, values, line.ToString(), area.ToString());

        double Y(int number) => 100 - (number * 100.0 / top);
    }
}
