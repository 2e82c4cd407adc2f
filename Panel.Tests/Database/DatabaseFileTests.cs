using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Database;

public class DatabaseFileTests
{
    [Fact]
    public async Task File_of_the_database_is_its_owners_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other rights.");
        await using var core = await CoreHost.OnSqliteAsync();
        await using var db = core.Open();
        foreach (var file in Directory.GetFiles(core.Settings["Panel:DataDirectory"]!, "panel.db*"))
        {
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }
}
