using System.Text.RegularExpressions;
using Panel.Core.Errors;
using Panel.Core.Files;

namespace Panel.Web.Components.Files;

/// <summary>What an entry is called, and what it will be.</summary>
/// <param name="From">Its name.</param>
/// <param name="To">The new one; the same where nothing changes.</param>
/// <param name="Problem">Why it cannot be called so; null when it can.</param>
public readonly record struct NewName(string From, string To, string? Problem)
{
    /// <summary>Whether it is called something else.</summary>
    public bool Changes => From != To;
}

/// <summary>Gives many entries of one folder new names.</summary>
public static class NewNames
{
    static readonly TimeSpan limit = TimeSpan.FromMilliseconds(50);

    /// <summary>What the names become.</summary>
    /// <param name="names">The names that were chosen.</param>
    /// <param name="exists">Whether the folder has an entry of a name, chosen or not.</param>
    /// <param name="find">What is replaced wherever a name has it.</param>
    /// <param name="replacement">What stands there then; of a pattern it may refer to groups, as <c>$1</c>.</param>
    /// <param name="isPattern">Whether <paramref name="find"/> is a regular expression.</param>
    /// <returns>All of them, in their order.</returns>
    /// <exception cref="InvalidFieldException">The pattern cannot be read, or takes too long.</exception>
    public static IReadOnlyList<NewName> Plan(IReadOnlyList<string> names, Func<string, bool> exists, string find, string replacement, bool isPattern)
    {
        var replaced = Replaced(names, find, replacement, isPattern);
        var leaving = names.Zip(replaced).Where(pair => pair.First != pair.Second).Select(pair => pair.First).ToHashSet(StringComparer.Ordinal);
        var taken = replaced.CountBy(name => name, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        return [.. names.Zip(replaced, (from, to) => new NewName(from, to, from == to ? null : Problem(to)))];

        string? Problem(string to)
        {
            try
            {
                ServerPath.Root.Child(to);
            }
            catch (InvalidFieldException refusal)
            {
                return refusal.Message;
            }
            if (taken[to] > 1) return "Another one would be called so too.";
            return exists(to) && !leaving.Contains(to) ? "There is something of this name already." : null;
        }
    }

    /// <summary>Those that change, in an order in which none stands in the way of another.</summary>
    /// <returns>The steps; those at the end of a circle, where each takes the name of the next, begin with a step aside.</returns>
    public static IEnumerable<(string From, string To)> Steps(IEnumerable<NewName> plan)
    {
        var left = plan.Where(name => name is { Changes: true, Problem: null }).ToDictionary(name => name.From, name => name.To, StringComparer.Ordinal);
        while (left.Count > 0)
        {
            var free = left.Where(pair => !left.ContainsKey(pair.Value)).ToList();
            foreach (var (from, to) in free)
            {
                left.Remove(from);
                yield return (from, to);
            }
            if (free.Count > 0) continue;
            var (first, target) = left.First();
            var aside = $".{Guid.NewGuid():N}";
            left.Remove(first);
            left[aside] = target;
            yield return (first, aside);
        }
    }

    static List<string> Replaced(IReadOnlyList<string> names, string find, string replacement, bool isPattern)
    {
        if (find.Length == 0) return [.. names];
        if (!isPattern) return [.. names.Select(name => name.Replace(find, replacement, StringComparison.Ordinal))];
        try
        {
            var regex = new Regex(find, RegexOptions.CultureInvariant, limit);
            return [.. names.Select(name => regex.Replace(name, replacement))];
        }
        catch (Exception fault) when (fault is ArgumentException or RegexMatchTimeoutException)
        {
            throw new InvalidFieldException("find", fault is ArgumentException ? "This is no regular expression." : "This pattern takes too long.");
        }
    }
}
