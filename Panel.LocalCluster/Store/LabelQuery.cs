using System.Text.Json;
using System.Text.RegularExpressions;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Store;

/// <summary>Chooses objects by their labels: <c>app=web,tier in (a,b),!old</c>. Terms are all to hold.</summary>
public sealed partial class LabelQuery
{
    readonly List<Term> terms;

    LabelQuery(List<Term> terms) => this.terms = terms;

    public bool MatchesAll => terms.Count == 0;

    public static bool IsEmpty(LabelSelector selector) => selector is { MatchLabels: not { Count: > 0 }, MatchExpressions: not { Count: > 0 } };

    /// <summary>The query of a selector; an empty one chooses everything.</summary>
    /// <exception cref="StatusException">BadRequest: an operator is unknown.</exception>
    public static LabelQuery Of(LabelSelector selector) => new(
    [
        .. (selector.MatchLabels ?? []).Select(label => new Term(label.Key, Relation.In, [label.Value])),
        .. (selector.MatchExpressions ?? []).Select(term => new Term(term.Key, Enum.TryParse<Relation>(term.Operator, out var relation)
            ? relation
            : throw Statuses.BadRequest($"\"{term.Operator}\" is not a valid label selector operator"), [.. term.Values ?? []])),
    ]);

    /// <summary>Reads the text of a request's <c>labelSelector</c>.</summary>
    /// <exception cref="StatusException">BadRequest: the text is no selector.</exception>
    public static LabelQuery Parse(string? text)
    {
        var terms = new List<Term>();
        var rest = (text ?? "").AsSpan().Trim();
        while (rest.Length > 0)
        {
            var match = TermPattern().Match(rest.ToString());
            if (!match.Success) throw Statuses.BadRequest($"unable to parse requirement: found '{rest}' in labelSelector '{text}'");
            terms.Add(Read(match));
            rest = rest[match.Length..].TrimStart();
            if (rest.Length == 0) break;
            if (rest[0] != ',' || rest.Length == 1) throw Statuses.BadRequest($"unable to parse requirement: found '{rest}', expected: ',' or 'end of string'");
            rest = rest[1..].TrimStart();
        }
        return new(terms);
    }

    public bool Matches(IReadOnlyDictionary<string, string>? labels) => terms.TrueForAll(term => term.Holds(labels?.GetValueOrDefault(term.Key)));

    public bool Matches(StoredObject stored)
    {
        if (terms.Count == 0) return true;
        var labels = stored.Labels;
        return terms.TrueForAll(term => term.Holds(labels.ValueKind is JsonValueKind.Object && labels.TryGetProperty(term.Key, out var value) ? value.GetString() : null));
    }

    static Term Read(Match match)
    {
        var key = match.Groups["key"].Value;
        string[] Values() => [.. match.Groups["values"].Value.Split(',').Select(value => value.Trim())];
        if (match.Groups["not"].Success) return new(key, Relation.DoesNotExist, []);
        return match.Groups["op"].Value switch
        {
            "" => new(key, Relation.Exists, []),
            "in" => new(key, Relation.In, Values()),
            "notin" => new(key, Relation.NotIn, Values()),
            "!=" => new(key, Relation.NotIn, [match.Groups["value"].Value]),
            _ => new(key, Relation.In, [match.Groups["value"].Value]),
        };
    }

    enum Relation { In, NotIn, Exists, DoesNotExist }

    sealed record Term(string Key, Relation Relation, string[] Values)
    {
        public bool Holds(string? value) => Relation switch
        {
            Relation.In => value is not null && Values.Contains(value),
            Relation.NotIn => value is null || !Values.Contains(value),
            Relation.Exists => value is not null,
            _ => value is null,
        };
    }

    [GeneratedRegex(@"\A(?:(?<not>!)\s*(?<key>[A-Za-z0-9][-A-Za-z0-9_./]*)|(?<key>[A-Za-z0-9][-A-Za-z0-9_./]*)(?:\s*(?<op>==|=|!=)\s*(?<value>[-A-Za-z0-9_.]*)|\s+(?<op>in|notin)\s*\((?<values>[-A-Za-z0-9_.,\s]*)\))?)\s*(?=,|\z)")]
    private static partial Regex TermPattern();
}
