using Panel.Core.Errors;
using Panel.Core.Templates.Patching;

namespace Panel.Core.Templates.Forms;

/// <summary>What a part of a config file is.</summary>
enum TextNodeKind
{
    /// <summary>A text, a number, true, false or nothing.</summary>
    Value,
    /// <summary>Values by name.</summary>
    Map,
    /// <summary>Values in order.</summary>
    List,
}

/// <summary>How a value is written.</summary>
enum TextStyle
{
    /// <summary>As it is.</summary>
    Plain,
    /// <summary>In single quotes.</summary>
    Single,
    /// <summary>In double quotes.</summary>
    Double,
    /// <summary>Over lines of its own, or as a name for what stands elsewhere: it can be read, and not be changed in one place.</summary>
    Apart,
}

/// <summary>A part of a config file that is a tree (JSON, YAML), with its place in the text.</summary>
sealed class TextNode
{
    /// <summary>What it is.</summary>
    public required TextNodeKind Kind { get; init; }

    /// <summary>Where it begins, in characters.</summary>
    public required int Start { get; init; }

    /// <summary>Behind its last character.</summary>
    public int End { get; set; }

    /// <summary>What a value means; null for nothing, and for what is no value.</summary>
    public string? Value { get; init; }

    /// <summary>How a value is written.</summary>
    public TextStyle Style { get; init; }

    /// <summary>Whether what it holds stands in braces or brackets.</summary>
    public bool Flow { get; init; }

    /// <summary>What it holds; of a list the names are empty.</summary>
    public List<(string Name, int NameStart, TextNode Node)> Children { get; } = [];

    /// <summary>Goes along a path for as long as there is something.</summary>
    /// <returns>The last part that is there, and how many steps lead to it.</returns>
    public (TextNode Node, int Steps) Reach(IReadOnlyList<PathStep> path)
    {
        var node = this;
        for (var steps = 0; steps < path.Count; steps++)
        {
            if (node.Child(path[steps]) is not { } next) return (node, steps);
            node = next;
        }
        return (node, path.Count);
    }

    TextNode? Child(PathStep step)
    {
        switch (Kind)
        {
            case TextNodeKind.Map when step.Name is { } name:
                // of a name that is there twice the last one counts for games
                return Children.FindLast(child => child.Name == name).Node;
            case TextNodeKind.List:
                var index = step.Name is null ? step.Index : int.TryParse(step.Name, out var at) ? at : -1;
                return index >= 0 && index < Children.Count ? Children[index].Node : null;
            default:
                return null;
        }
    }

    /// <summary>All values but one, with where they stand in the tree: what a change of that one leaves as it is.</summary>
    public IEnumerable<(string Path, string? Value)> Others(TextNode? but)
    {
        var open = new Stack<(string Path, TextNode Node)>();
        open.Push(("", this));
        while (open.TryPop(out var next))
        {
            if (next.Node == but) continue;
            if (next.Node.Kind is TextNodeKind.Value) yield return (next.Path, next.Node.Value);
            for (var i = next.Node.Children.Count - 1; i >= 0; i--)
            {
                var (name, _, child) = next.Node.Children[i];
                open.Push(($"{next.Path}/{(next.Node.Kind is TextNodeKind.List ? $"{i}" : name)}", child));
            }
        }
    }

    /// <summary>Refuses a change that the text's way of writing does not allow.</summary>
    public static InvalidFieldException Unwritable(string key, string why) => new(key, $"The form cannot change this here: {why}. Edit the text.");
}

/// <summary>Puts the parts of a tree together as a reader of the text comes upon them.</summary>
sealed class TextTree
{
    readonly Stack<(TextNode Node, string? Name, int NameStart)> open = new();

    /// <summary>The whole; null before anything came.</summary>
    public TextNode? Root { get; private set; }

    /// <summary>The part that is open.</summary>
    public TextNode? Inner => open.TryPeek(out var top) ? top.Node : null;

    /// <summary>Whether the next part is a name.</summary>
    public bool WantsName => open.TryPeek(out var top) && top.Node.Kind is TextNodeKind.Map && top.Name is null;

    /// <summary>The name of what comes next.</summary>
    public void Name(string name, int start)
    {
        var (node, _, _) = open.Pop();
        open.Push((node, name, start));
    }

    /// <summary>A part comes; what has parts of its own is open from here on.</summary>
    /// <exception cref="ConflictException">Parts stand too deep in each other.</exception>
    public void Add(TextNode node, Func<int> line)
    {
        if (open.TryPop(out var top))
        {
            top.Node.Children.Add((top.Name ?? "", top.Name is null ? node.Start : top.NameStart, node));
            open.Push((top.Node, null, 0));
        }
        else
        {
            Root ??= node;
        }
        if (node.Kind is TextNodeKind.Value) return;
        if (open.Count >= ConfigPatch.MaxDepth) throw new ConflictException($"Line {line()}: the parts stand too deep in each other.");
        open.Push((node, null, 0));
    }

    /// <summary>The part that is open ends.</summary>
    public TextNode Close() => open.Pop().Node;
}
