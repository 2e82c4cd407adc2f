using Panel.Core.Templates;
using Panel.Core.Templates.Eggs;
using Panel.Tests.Templates.Eggs;
using Xunit;

namespace Panel.Tests.Templates;

public sealed class TemplateMergeTests
{
    static readonly Template Origin = Egg.Read(SampleEgg.Text).Template;

    [Fact]
    public void Newer_parts_are_taken_and_changes_made_here_stay()
    {
        var here = Origin with
        {
            Key = "renamed",
            Players = new() { Join = "(?<name>.+) came" },
            Stop = "quit",
            Variables = [Origin.Variables[0] with { Default = "Ours" }, .. Origin.Variables.Skip(1)],
        };
        var newer = Origin with
        {
            Description = "Newer",
            Stop = "exit",
            Images = new Dictionary<string, string> { ["Newest"] = "ghcr.io/example/yolks:trixie", ["Own"] = Origin.Images["Own"] },
            Variables = [Origin.Variables[0], .. Origin.Variables.Skip(2), new() { Name = "More", Env = "MORE" }],
        };
        var (merged, changes) = TemplateMerge.Of(Origin, here, newer);
        Assert.Equal(("renamed", "Newer", "quit", "(?<name>.+) came", "ghcr.io/example/yolks:trixie"), (merged.Key, merged.Description, merged.Stop, merged.Players!.Join, merged.Images["Newest"]));
        Assert.Equal([("SERVER_NAME", "Ours"), ("RCON_PASSWORD", ""), ("MORE", "")], merged.Variables.Select(variable => (variable.Env, variable.Default)));
        Assert.Equal(
            [("description", MergeOutcome.Taken), ("images.Newest", MergeOutcome.Taken), ("players", MergeOutcome.Kept), ("stop", MergeOutcome.Conflict), ("variables.MORE", MergeOutcome.Taken), ("variables.QUERY_PORT", MergeOutcome.Taken), ("variables.SERVER_NAME", MergeOutcome.Kept)],
            changes.Select(change => (change.Place, change.Outcome)).OrderBy(change => change.Place, StringComparer.Ordinal));
    }

    [Fact]
    public void Default_that_was_chosen_here_stays_the_first()
    {
        var here = Origin with { Images = Origin.Images.Reverse().ToDictionary() };
        var newer = Origin with { Images = new Dictionary<string, string>(Origin.Images) { ["More"] = "ghcr.io/example/yolks:more" } };
        Assert.Equal(["Own", "Newest", "More"], TemplateMerge.Of(Origin, here, newer).Template.Images.Keys);
        var added = Origin with { Images = new Dictionary<string, string> { ["Ours"] = "ours:1" }.Concat(Origin.Images).ToDictionary() };
        Assert.Equal(["Ours", "Newest", "Own", "More"], TemplateMerge.Of(Origin, added, newer).Template.Images.Keys);
        var moved = Origin with { Images = newer.Images.Reverse().ToDictionary() };
        Assert.Equal(["More", "Own", "Newest"], TemplateMerge.Of(Origin, Origin, moved).Template.Images.Keys);
    }

    [Fact]
    public void Conflict_takes_the_newer_side_where_that_is_chosen_and_nowhere_else()
    {
        var here = Origin with { Stop = "quit", Description = "Ours" };
        var newer = Origin with { Stop = "exit", Description = "Theirs" };
        var (merged, changes) = TemplateMerge.Of(Origin, here, newer, new HashSet<string> { "stop" });
        Assert.Equal(("exit", "Ours"), (merged.Stop, merged.Description));
        Assert.All(changes, change => Assert.Equal(MergeOutcome.Conflict, change.Outcome));
        var kept = TemplateMerge.Of(Origin, here, Origin with { Description = "Theirs" }, new HashSet<string> { "stop" }).Template;
        Assert.Equal("quit", kept.Stop);   // no conflict any more: nobody chose that
    }

    [Fact]
    public void Same_egg_again_changes_nothing()
    {
        var (merged, changes) = TemplateMerge.Of(Origin, Origin, Origin);
        Assert.Empty(changes);
        Assert.Equal(TemplateText.Write(Origin), TemplateText.Write(merged));
    }
}
