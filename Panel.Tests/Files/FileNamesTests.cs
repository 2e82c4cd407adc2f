using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;
using Xunit;

namespace Panel.Tests.Files;

public sealed class FileNamesTests
{
    [Fact]
    public void Any_bytes_come_back_from_their_text()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(1, 12)];
            random.NextBytes(bytes);
            if (i % 3 == 0) Encoding.UTF8.GetBytes("é🎮").CopyTo(bytes.Length > 6 ? bytes : bytes = new byte[6], 0);
            if (i % 5 == 0) bytes = [0xF4, 0x8F, 0xBA, 0x80, .. bytes];      // the very characters that stand for odd bytes
            var text = FileNames.Text(bytes);
            Assert.Equal(bytes, FileNames.Bytes(text));
            Assert.Equal(bytes.Length, FileNames.Length(text));
            // travels by UTF-8 and back
            Assert.Equal(text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Theory]
    [InlineData("plain é 🎮.txt", "plain é 🎮.txt"), InlineData("two\nlines\t", "two\\nlines\\t"), InlineData("gpj.\u202Eexe", "gpj.\\u202Eexe"), InlineData("\u001b[31m", "\\u001B[31m")]
    public void Shown_names_are_one_line_and_hide_nothing(string name, string shown) => Assert.Equal(shown, FileNames.Shown(name));

    [Fact]
    public void One_name_has_one_path_however_its_bytes_are_written()
    {
        // é as two odd bytes
        var odd = $"/caf{char.ConvertFromUtf32(0x10FE00 + 0xC3)}{char.ConvertFromUtf32(0x10FE00 + 0xA9)}";
        Assert.Equal(ServerPath.Parse("/café"), ServerPath.Parse(odd));
        Assert.Equal("/caf\\xE9", ServerPath.Parse("/" + FileNames.Text([(byte)'c', (byte)'a', (byte)'f', 0xE9])).ToString());
    }

    [Fact]
    public void A_name_has_255_bytes_at_most_odd_ones_too()
    {
        var most = FileNames.Text([.. Enumerable.Repeat((byte)0xFF, 255)]);
        Assert.Equal(most, ServerPath.Root.Child(most).Name);
        Assert.Throws<InvalidFieldException>(() => ServerPath.Root.Child(most + "a"));
    }

    [Fact]
    public void Names_are_sorted_as_people_count_with_folders_first()
    {
        string[] names = ["b.txt", "r.10.mca", "r.2.mca", "R.1.mca", "r.02.mca", "Änne", "änn", "a"];
        var entries = FolderEntries.Of([.. names.Select(name => new FileEntry(name, FileKind.File, 1, DateTimeOffset.UnixEpoch, 0)), new FileEntry("zoo", FileKind.Folder, 0, DateTimeOffset.UnixEpoch, 0)]);
        Assert.Equal(["zoo", "a", "b.txt", "R.1.mca", "r.02.mca", "r.2.mca", "r.10.mca", "änn", "Änne"], entries.Select(entry => entry.Name));
        Assert.Equal(3, entries.IndexOf("R.1.mca"));
        Assert.Equal(-1, entries.IndexOf("r.1.mca"));
    }

    [Fact]
    public void Order_of_names_is_one_order()
    {
        var random = new Random(3);
        var names = Enumerable.Range(0, 300).Select(_ => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => "a0129B."[random.Next(7)])))).ToList();
        foreach (var (one, other) in names.Zip(names.Skip(1))) Assert.Equal(Math.Sign(NaturalOrder.Compare(one, other)), -Math.Sign(NaturalOrder.Compare(other, one)));
        names.Sort((one, other) => NaturalOrder.Compare(one, other));
        for (var i = 0; i < names.Count; i++)
        {
            for (var j = i; j < names.Count; j++) Assert.True(NaturalOrder.Compare(names[i], names[j]) <= 0, $"{Encoding.ASCII.GetString(names[i])} {Encoding.ASCII.GetString(names[j])}");
        }
    }
}
