using System.Text.RegularExpressions;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Architecture;

/// <summary>A field whose value is set and whose typing is heard must be bound: else the answer to an older letter comes back over a slow line and takes newer ones with it.</summary>
public partial class TypingTests
{
    [Fact]
    public void Fields_that_hear_typing_are_bound()
    {
        var unbound = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "Panel.Web", "Components"), "*.razor", SearchOption.AllDirectories)
            .Where(file => Unbound().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName);
        // its value is the name as it was, which does not change while somebody types
        Assert.Equal(["RenameField.razor"], unbound);
    }

    [GeneratedRegex("""<(input|textarea)\b[^>]*\bvalue="@[^>]*@oninput=""")]
    private static partial Regex Unbound();
}
