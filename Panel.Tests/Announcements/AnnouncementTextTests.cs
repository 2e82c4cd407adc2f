using Panel.Web.Components.Announcements;
using Xunit;

namespace Panel.Tests.Announcements;

/// <summary>Addresses and moments in what is announced.</summary>
public sealed class AnnouncementTextTests
{
    [Theory]
    [InlineData("See https://status.example.org/a?b=c#d.", "https://status.example.org/a?b=c#d")]
    [InlineData("(https://example.org/x)", "https://example.org/x")]
    [InlineData("https://example.org/a_(b), and more", "https://example.org/a_(b)")]
    public void Address_becomes_a_link_without_what_ends_the_sentence(string text, string link)
    {
        var parts = AnnouncementText.Parts(text);
        Assert.Equal(link, Assert.Single(parts, part => part.Link is not null).Words);
        Assert.Equal(text, string.Concat(parts.Select(part => part.Words)));
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,<script>alert(1)</script>")]
    [InlineData("https://")]
    [InlineData("https://panel.example.org@evil.example/")]
    [InlineData("ftp://example.org/x")]
    public void What_is_no_address_of_the_web_stays_text(string text) => Assert.DoesNotContain(AnnouncementText.Parts(text), part => part.Link is not null);

    [Theory]
    [InlineData("Down from 2026-12-01 18:30 UTC on", 18, 30)]
    [InlineData("2026-12-01T06:05:00Z", 6, 5)]
    public void Moment_in_utc_is_found(string text, int hour, int minute)
    {
        var parts = AnnouncementText.Parts(text);
        Assert.Equal(new DateTimeOffset(2026, 12, 1, hour, minute, 0, TimeSpan.Zero), Assert.Single(parts, part => part.At is not null).At);
        Assert.Equal(text, string.Concat(parts.Select(part => part.Words)));
    }

    [Theory]
    [InlineData("2026-13-01 18:30 UTC")]
    [InlineData("2026-12-01 18:30")]
    public void What_is_no_moment_stays_text(string text) => Assert.Equal([new(text)], AnnouncementText.Parts(text));
}
