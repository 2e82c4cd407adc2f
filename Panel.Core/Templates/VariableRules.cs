using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Panel.Contracts;

namespace Panel.Core.Templates;

/// <summary>
/// Rules of variables in the notation of the field's eggs (<c>required|string|between:1,20|regex:/^a|b$/</c>). Lengths and ranges mean
/// the value where <c>numeric</c> or <c>integer</c> stands beside them, else the number of characters. A rule that is not known here
/// refuses nothing. Whatever the rules: one line of at most 2,000 characters.
/// </summary>
public static class VariableRules
{
    /// <summary>What a value holds at most, in characters.</summary>
    public const int MaxLength = 2000;

    static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(250);
    static readonly NoControlCharactersAttribute OneLine = new();

    /// <summary>The rules of a notation.</summary>
    public static IReadOnlyList<VariableRule> Parse(string rules) =>
        [.. Split(rules).Select(rule => rule.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? new VariableRule(rule[..colon], rule[(colon + 1)..]) : new(rule, ""))];

    /// <summary>The rules of a notation as texts, split where a pattern does not hold the bar.</summary>
    internal static IEnumerable<string> Split(string rules)
    {
        for (var start = 0; start < rules.Length;)
        {
            var end = End(rules, start);
            if (rules[start..end].Trim() is { Length: > 0 } rule) yield return rule;
            start = end + 1;
        }
    }

    /// <summary>Where the rule that begins at <paramref name="start"/> ends. A pattern ends at its last slash before a bar or the end.</summary>
    static int End(string rules, int start)
    {
        var bar = rules.IndexOf('|', start);
        if (bar < 0) return rules.Length;
        var pattern = string.CompareOrdinal(rules, start, "regex:/", 0, 7) == 0 ? start + 7 : string.CompareOrdinal(rules, start, "not_regex:/", 0, 11) == 0 ? start + 11 : -1;
        if (pattern < 0) return bar;
        for (var i = pattern; i < rules.Length; i++)
        {
            if (rules[i] == '\\')
            {
                i++;
            }
            else if (rules[i] == '/')
            {
                while (++i < rules.Length && char.IsAsciiLetter(rules[i])) { }
                if (i >= rules.Length || rules[i] == '|') return i;
                i--;
            }
        }
        return rules.Length;
    }

    /// <summary>Rules that <see cref="Broken"/> tells apart.</summary>
    static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "required", "nullable", "sometimes", "present", "filled", "bail", "string", "numeric", "integer", "int", "boolean", "bool", "min", "gte", "max", "lte", "gt", "lt", "size", "between",
        "digits", "digits_between", "in", "not_in", "regex", "not_regex", "alpha", "alpha_num", "alpha_dash", "lowercase", "uppercase", "starts_with", "ends_with", "url", "email", "uuid", "ip", "ipv4", "ipv6",
    };

    /// <summary>Whether a rule of that name refuses anything here.</summary>
    public static bool Knows(string rule) => Known.Contains(rule);

    /// <summary>What is wrong with a notation itself: a number that is none, a pattern that cannot be read; null when nothing is.</summary>
    public static string? Fault(string rules)
    {
        foreach (var rule in Parse(rules))
        {
            try
            {
                _ = Broken(rule, "1", number: 1, isNumber: false);
            }
            catch (FormatException fault)
            {
                return fault.Message;
            }
        }
        return null;
    }

    /// <summary>The first rule that a value breaks, in words; null when it keeps them all.</summary>
    public static string? Check(TemplateVariable variable, string value)
    {
        if (value.Length > MaxLength) return "At most 2,000 characters.";
        if (!OneLine.IsValid(value)) return OneLine.ErrorMessage ?? "No line breaks or control characters.";
        var rules = Parse(variable.Rules);
        var names = rules.Select(rule => rule.Name).ToHashSet(StringComparer.Ordinal);
        if (value.Length == 0) return names.Contains("required") || names.Contains("filled") ? "This value is required." : null;
        var number = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && double.IsFinite(parsed) ? parsed : (double?)null;
        var isNumber = names.Overlaps(["numeric", "integer", "int"]);
        return rules.Select(rule => BrokenIfReadable(rule, value, number, isNumber)).FirstOrDefault(fault => fault is not null);
    }

    /// <summary>As <see cref="Broken"/>; a rule that cannot be read refuses nothing: that is the template's fault, told when it is loaded.</summary>
    static string? BrokenIfReadable(VariableRule rule, string value, double? number, bool isNumber)
    {
        try
        {
            return Broken(rule, value, number, isNumber);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    static string? Broken(VariableRule rule, string value, double? number, bool isNumber)
    {
        // what "min", "size" and their like compare: the value of a number, else the number of characters
        var measure = isNumber ? number ?? double.NaN : new StringInfo(value).LengthInTextElements;
        var unit = isNumber ? "" : " characters";
        return rule.Name switch
        {
            "required" or "nullable" or "sometimes" or "present" or "filled" or "bail" or "string" => null,
            "numeric" => number is null ? "It must be a number." : null,
            "integer" or "int" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null : "It must be a whole number.",
            "boolean" or "bool" => value is "0" or "1" or "true" or "false" ? null : "It must be true or false (1 or 0).",
            "min" or "gte" => measure >= rule.Number(0) ? null : $"At least {rule.Argument(0)}{unit}.",
            "max" or "lte" => measure <= rule.Number(0) ? null : $"At most {rule.Argument(0)}{unit}.",
            "gt" => measure > rule.Number(0) ? null : $"More than {rule.Argument(0)}{unit}.",
            "lt" => measure < rule.Number(0) ? null : $"Less than {rule.Argument(0)}{unit}.",
            "size" => measure == rule.Number(0) ? null : $"Exactly {rule.Argument(0)}{unit}.",
            "between" => measure >= rule.Number(0) & measure <= rule.Number(1) ? null : $"Between {rule.Argument(0)} and {rule.Argument(1)}{unit}.",
            "digits" => value.Length == rule.Number(0) && AllDigits(value) ? null : $"Exactly {rule.Argument(0)} digits.",
            "digits_between" => value.Length >= rule.Number(0) & value.Length <= rule.Number(1) && AllDigits(value) ? null : $"Between {rule.Argument(0)} and {rule.Argument(1)} digits.",
            "in" => rule.Arguments.Contains(value) ? null : $"One of: {string.Join(", ", rule.Arguments)}.",
            "not_in" => rule.Arguments.Contains(value) ? $"None of: {string.Join(", ", rule.Arguments)}." : null,
            "regex" => Matches(rule, value) ? null : "It does not have the required form.",
            "not_regex" => Matches(rule, value) ? "It has a form that is not allowed." : null,
            "alpha" => value.All(char.IsLetter) ? null : "Letters only.",
            "alpha_num" => value.All(char.IsLetterOrDigit) ? null : "Letters and digits only.",
            "alpha_dash" => value.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_') ? null : "Letters, digits, dashes and underscores only.",
            "lowercase" => value.Any(char.IsUpper) ? "Lower-case letters only." : null,
            "uppercase" => value.Any(char.IsLower) ? "Upper-case letters only." : null,
            "starts_with" => rule.Arguments.Any(start => value.StartsWith(start, StringComparison.Ordinal)) ? null : $"It must start with {string.Join(" or ", rule.Arguments)}.",
            "ends_with" => rule.Arguments.Any(end => value.EndsWith(end, StringComparison.Ordinal)) ? null : $"It must end with {string.Join(" or ", rule.Arguments)}.",
            "url" => Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Host.Length > 0 && url.Scheme is "http" or "https" or "ftp" ? null : "It must be a URL.",
            "email" => value.Count(letter => letter == '@') == 1 && value[0] != '@' && value[^1] != '@' ? null : "It must be a mail address.",
            "uuid" => Guid.TryParseExact(value, "D", out _) ? null : "It must be a UUID.",
            "ip" => IPAddress.TryParse(value, out _) ? null : "It must be an IP address.",
            "ipv4" => IPAddress.TryParse(value, out var four) && four.AddressFamily == AddressFamily.InterNetwork && value.Count(letter => letter == '.') == 3 ? null : "It must be an IPv4 address.",
            "ipv6" => IPAddress.TryParse(value, out var six) && six.AddressFamily == AddressFamily.InterNetworkV6 ? null : "It must be an IPv6 address.",
            _ => null,
        };
    }

    static bool AllDigits(string value) => value.All(char.IsAsciiDigit);

    static bool Matches(VariableRule rule, string value)
    {
        var text = rule.Text;
        var close = text.LastIndexOf('/');
        if (text.Length < 2 || text[0] != '/' || close == 0) throw new FormatException($"The pattern \"{text}\" needs slashes around it.");
        var options = RegexOptions.CultureInvariant;
        foreach (var flag in text[(close + 1)..])
        {
            options |= flag switch
            {
                'i' => RegexOptions.IgnoreCase,
                'm' => RegexOptions.Multiline,
                's' => RegexOptions.Singleline,
                'x' => RegexOptions.IgnorePatternWhitespace,
                _ => RegexOptions.None,
            };
        }
        try
        {
            return Compile(text[1..close], options).IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return rule.Name == "not_regex"; // a pattern without an answer refuses
        }
        catch (ArgumentException fault)
        {
            throw new FormatException($"The pattern \"{text}\" cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>The pattern in the engine whose time grows with the text alone; one that looks around or back has only the other, and its limit.</summary>
    static Regex Compile(string pattern, RegexOptions options)
    {
        try
        {
            return new(pattern, options | RegexOptions.NonBacktracking, PatternTime);
        }
        catch (NotSupportedException)
        {
            return new(pattern, options, PatternTime);
        }
    }
}

/// <summary>One rule.</summary>
/// <param name="Name">Its name, such as "max".</param>
/// <param name="Text">What stands behind the colon, or nothing.</param>
public sealed record VariableRule(string Name, string Text)
{
    /// <summary>What stands behind the colon, split at commas.</summary>
    public IReadOnlyList<string> Arguments { get; } = Text.Length == 0 ? [] : Text.Split(',');

    /// <summary>One of the arguments.</summary>
    /// <exception cref="FormatException">There is none in that place.</exception>
    public string Argument(int place) => place < Arguments.Count ? Arguments[place] : throw new FormatException($"The rule \"{Name}\" lacks an argument.");

    internal double Number(int place) => double.TryParse(Argument(place), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"The rule \"{Name}\" needs a number.");
}
