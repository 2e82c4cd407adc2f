using System.Net;

namespace Panel.Core.Templates.Forms;

/// <summary>An element of an XML text with its places in it.</summary>
sealed class XmlPart
{
    const string Remark = "<!--", RemarkEnd = "-->", Data = "<![CDATA[", DataEnd = "]]>";

    /// <summary>Its name as it is written, with its prefix.</summary>
    public required string Name { get; init; }

    /// <summary>Where its first tag begins.</summary>
    public required int Start { get; init; }

    /// <summary>Behind its name and its attributes.</summary>
    public int AttributesEnd { get; private set; }

    /// <summary>Behind its first tag.</summary>
    public int OpenEnd { get; private set; }

    /// <summary>Where its last tag begins.</summary>
    public int CloseStart { get; private set; }

    /// <summary>Behind its last tag.</summary>
    public int End { get; private set; }

    /// <summary>Whether it has one tag alone.</summary>
    public bool SelfClosed { get; private set; }

    /// <summary>How many comments, instructions and blocks of data stand in it.</summary>
    public int Remarks { get; private set; }

    /// <summary>The elements in it.</summary>
    public List<XmlPart> Children { get; } = [];

    readonly List<(string Name, int Start, int End, string Value)> attributes = [];

    /// <summary>Finds all parts of a text that is known to be well formed and without a document type.</summary>
    public static XmlPart? Scan(string text)
    {
        XmlPart? root = null;
        var open = new Stack<XmlPart>();
        for (var at = text.IndexOf('<', StringComparison.Ordinal); at >= 0 && at < text.Length; at = text.IndexOf('<', at))
        {
            var rest = text.AsSpan(at);
            if (rest.StartsWith("</"))
            {
                var closed = open.Pop();
                closed.CloseStart = at;
                at = closed.End = text.IndexOf('>', at) + 1;
            }
            else if (rest.StartsWith("<!") || rest.StartsWith("<?"))
            {
                var ending = rest.StartsWith(Remark) ? RemarkEnd : rest.StartsWith(Data) ? DataEnd : "?>";
                at = text.IndexOf(ending, at + (ending == RemarkEnd ? Remark.Length : 2), StringComparison.Ordinal) + ending.Length;
                if (open.TryPeek(out var around)) around.Remarks++;
            }
            else
            {
                var part = Open(text, at);
                if (open.TryPeek(out var parent)) parent.Children.Add(part);
                else root ??= part;
                if (part.SelfClosed) part.End = part.CloseStart = part.OpenEnd;
                else open.Push(part);
                at = part.OpenEnd;
            }
        }
        return root;
    }

    static XmlPart Open(string text, int start)
    {
        var at = start + 1;
        var part = new XmlPart { Name = Word(text, ref at), Start = start };
        part.AttributesEnd = at;
        while (true)
        {
            while (char.IsWhiteSpace(text[at])) at++;
            if (text[at] is '>' or '/') break;
            var name = Word(text, ref at);
            at = text.AsSpan(at).IndexOfAny('"', '\'') + at;
            var end = text.IndexOf(text[at], at + 1);
            part.attributes.Add((name, at + 1, end, WebUtility.HtmlDecode(text[(at + 1)..end])));
            part.AttributesEnd = at = end + 1;
        }
        part.SelfClosed = text[at] == '/';
        part.OpenEnd = text.IndexOf('>', at) + 1;
        return part;
    }

    static string Word(string text, ref int at)
    {
        var start = at;
        while (text[at] is not ('=' or '>' or '/') && !char.IsWhiteSpace(text[at])) at++;
        return text[start..at];
    }

    /// <summary>Where the value of an attribute stands between its quotes; null where it has none of that name.</summary>
    public (int Start, int End)? Find(string attribute)
    {
        var at = attributes.FindIndex(one => Local(one.Name) == Local(attribute));
        return at < 0 ? null : (attributes[at].Start, attributes[at].End);
    }

    /// <summary>Goes along a path for as long as there are elements; null where even this one is not its first.</summary>
    public (XmlPart Part, int Steps)? Reach(IReadOnlyList<XmlStep> path)
    {
        if (!Is(path[0])) return null;
        var part = this;
        for (var steps = 1; steps < path.Count; steps++)
        {
            if (path[steps].IsAttribute || part.Children.Where(child => child.Is(path[steps])).ElementAtOrDefault(path[steps].Index) is not { } next) return (part, steps);
            part = next;
        }
        return (part, path.Count);
    }

    bool Is(XmlStep step) => Local(Name) == Local(step.Name) && (step.Attribute is not { } name || attributes.Exists(one => Local(one.Name) == Local(name) && one.Value == step.Is));

    static string Local(string name) => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>What an element without others in it says.</summary>
    public string? Meaning(string text)
    {
        if (SelfClosed) return "";
        if (Whole(text) is { } data) return data;
        var inside = text[OpenEnd..CloseStart];
        while (inside.IndexOf(Remark, StringComparison.Ordinal) is >= 0 and var start) inside = inside.Remove(start, inside.IndexOf(RemarkEnd, start, StringComparison.Ordinal) + RemarkEnd.Length - start);
        return inside.Contains('<', StringComparison.Ordinal) ? null : WebUtility.HtmlDecode(inside.Trim());
    }

    /// <summary>What a block of data says, where it is all that stands in the element.</summary>
    public string? Whole(string text)
    {
        var inside = text.AsSpan(OpenEnd, CloseStart - OpenEnd).Trim();
        return Remarks == 1 && inside.StartsWith(Data) && inside.EndsWith(DataEnd) ? inside[Data.Length..^DataEnd.Length].ToString() : null;
    }
}
