using Panel.Web.Components.Files;
using Xunit;

namespace Panel.Tests.Web.Files;

public sealed class OpenFoldersTests
{
    [Fact]
    public void Folder_that_was_opened_longest_ago_is_let_go_when_there_is_no_room()
    {
        var folders = new OpenFolders(100);
        var gone = new List<string>();
        object one = new(), two = new(), three = new();
        folders.Hold(one, 60, () => gone.Add("one"));
        folders.Hold(two, 30, () => gone.Add("two"));
        folders.Hold(one, 65, () => gone.Add("one"));     // read again: it is the newest now
        Assert.Empty(gone);
        folders.Hold(three, 50, () => gone.Add("three"));
        Assert.Equal(["two", "one"], gone);
        Assert.Equal(50, folders.Weight);
        folders.Hold(one, 500, () => gone.Add("one"));     // larger than all there is: it alone stays
        Assert.Equal(["two", "one", "three"], gone);
        folders.Hold(one, 0, () => { });
        Assert.Equal(0, folders.Weight);
    }
}
