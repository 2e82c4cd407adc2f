using System.Text;

namespace Panel.Core.Files.Protection;

/// <summary>
/// A pattern of a <c>.gitignore</c> (https://git-scm.com/docs/gitignore). All places of it that a path may have come to are gone on with at once and
/// nothing is tried twice: the time is that of the path's length times the pattern's, whatever somebody wrote.
/// </summary>
sealed class DenyPattern
{
    const int Slash = '/';

    static readonly Dictionary<string, (int Low, int High)[]> classes = new(StringComparer.Ordinal)
    {
        ["alnum"] = [('a', 'z'), ('A', 'Z'), ('0', '9')],
        ["alpha"] = [('a', 'z'), ('A', 'Z')],
        ["blank"] = [(' ', ' '), ('\t', '\t')],
        ["cntrl"] = [(0, 0x1F), (0x7F, 0x7F)],
        ["digit"] = [('0', '9')],
        ["graph"] = [('!', '~')],
        ["lower"] = [('a', 'z')],
        ["print"] = [(' ', '~')],
        ["punct"] = [('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        ["space"] = [(' ', ' '), ('\t', '\r')],
        ["upper"] = [('A', 'Z')],
        ["xdigit"] = [('0', '9'), ('a', 'f'), ('A', 'F')],
    };

    readonly Step[] steps;

    DenyPattern(IEnumerable<Step> steps) => this.steps = [.. steps];

    enum Kind
    {
        /// <summary>One letter that is none but those of the step.</summary>
        One,
        /// <summary>Any number of letters but slashes.</summary>
        Some,
        /// <summary>Any number of whole folders, or none: the step behind it goes on with them.</summary>
        Folders,
        /// <summary>The rest of the folders that began, up to a slash.</summary>
        FoldersOn,
        /// <summary>All that is left, which is something.</summary>
        Rest,
        /// <summary>What is left behind the first letter of the rest.</summary>
        RestOn,
    }

    readonly record struct Step(Kind Kind, (int Low, int High)[] Letters, bool Others = false)
    {
        public bool Has(int letter) => letter != Slash && Array.Exists(Letters, range => letter >= range.Low && letter <= range.High) != Others;

        public static Step Letter(int letter) => new(Kind.One, [(letter, letter)]) { IsSlash = letter == Slash };

        public bool IsSlash { get; init; }

        public bool Takes(int letter) => IsSlash ? letter == Slash : Has(letter);
    }

    /// <summary>Reads a pattern; null where it can match nothing, as git takes it.</summary>
    public static DenyPattern? Parse(string pattern)
    {
        List<Step> steps = [];
        for (var at = 0; at < pattern.Length;)
        {
            switch (pattern[at])
            {
                case '*':
                    at = Stars(pattern, at, steps);
                    break;
                case '?':
                    steps.Add(new(Kind.One, [], Others: true));
                    at++;
                    break;
                case '[':
                    if (Class(pattern, ref at) is not { } one) return null;
                    steps.Add(one);
                    break;
                default:
                    if (Letter(pattern, ref at) is not { } letter) return null;
                    steps.Add(Step.Letter(letter));
                    break;
            }
        }
        return new(steps);
    }

    /// <summary>Whether it is about the whole of a text.</summary>
    public bool Matches(string text)
    {
        Span<bool> now = stackalloc bool[steps.Length + 1], next = stackalloc bool[steps.Length + 1];
        Reach(now, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            next.Clear();
            var any = false;
            for (var at = 0; at < steps.Length; at++)
            {
                if (now[at]) any |= Go(next, at, rune.Value);
            }
            if (!any) return false;
            var spare = now;
            now = next;
            next = spare;
        }
        return now[steps.Length];
    }

    bool Go(Span<bool> next, int at, int letter)
    {
        var step = steps[at];
        switch (step.Kind)
        {
            case Kind.One when step.Takes(letter):
                Reach(next, at + 1);
                return true;
            case Kind.Some when letter != Slash:
                Reach(next, at);
                return true;
            case Kind.Folders or Kind.Rest:
                Reach(next, at + 1);
                return true;
            case Kind.FoldersOn:
                Reach(next, at);
                if (letter == Slash) Reach(next, at + 1);
                return true;
            case Kind.RestOn:
                Reach(next, at);
                return true;
            default:
                return false;
        }
    }

    // what may be nothing is passed at once
    void Reach(Span<bool> places, int at)
    {
        for (; !places[at]; at += steps[at].Kind is Kind.Folders ? 2 : 1)
        {
            places[at] = true;
            if (at == steps.Length || steps[at].Kind is not (Kind.Some or Kind.Folders or Kind.RestOn)) return;
        }
    }

    // two between slashes are any number of folders; more than one elsewhere are as good as one
    static int Stars(string pattern, int at, List<Step> steps)
    {
        var end = at;
        while (end < pattern.Length && pattern[end] == '*') end++;
        var whole = end - at == 2 && (at == 0 || pattern[at - 1] == '/');
        if (whole && end == pattern.Length && at > 0)
        {
            steps.AddRange([new(Kind.Rest, []), new(Kind.RestOn, [])]);
        }
        else if (whole && end < pattern.Length && pattern[end] == '/')
        {
            steps.AddRange([new(Kind.Folders, []), new(Kind.FoldersOn, [])]);
            end++;
        }
        else
        {
            steps.Add(new(Kind.Some, []));
        }
        return end;
    }

    static Step? Class(string pattern, ref int at)
    {
        var from = at + 1;
        var others = from < pattern.Length && pattern[from] is '!' or '^';
        if (others) from++;
        List<(int, int)> letters = [];
        // a bracket at the beginning is one of the letters
        for (var first = true; ; first = false)
        {
            if (from >= pattern.Length) return null;
            if (pattern[from] == ']' && !first) break;
            if (pattern.AsSpan(from).StartsWith("[:"))
            {
                var end = pattern.IndexOf(":]", from + 2, StringComparison.Ordinal);
                if (end < 0 || !classes.TryGetValue(pattern[(from + 2)..end], out var known)) return null;
                letters.AddRange(known);
                from = end + 2;
                continue;
            }
            if (Letter(pattern, ref from) is not { } low) return null;
            var high = low;
            if (from + 1 < pattern.Length && pattern[from] == '-' && pattern[from + 1] != ']')
            {
                from++;
                if (Letter(pattern, ref from) is not { } last) return null;
                high = last;
            }
            letters.Add((low, high));
        }
        at = from + 1;
        return new(Kind.One, [.. letters], others);
    }

    static int? Letter(string pattern, ref int at)
    {
        if (pattern[at] == '\\') at++;
        if (at >= pattern.Length || !Rune.TryGetRuneAt(pattern, at, out var rune)) return null;
        at += rune.Utf16SequenceLength;
        return rune.Value;
    }
}
