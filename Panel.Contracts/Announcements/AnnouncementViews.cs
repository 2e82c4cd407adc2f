using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Announcements;

/// <summary>Something that everybody is told at the top of every page.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Text">What it says: plain text.</param>
/// <param name="Warns">Whether it warns.</param>
/// <param name="From">From when it is shown, in UTC.</param>
/// <param name="Until">Until when it is shown, in UTC; null for no end.</param>
public sealed record AnnouncementView(Guid Id, string Text, bool Warns, DateTimeOffset From, DateTimeOffset? Until)
{
    /// <summary>Whether it is shown at a time.</summary>
    public bool IsShown(DateTimeOffset at) => From <= at && !(Until <= at);
}

/// <summary>What everybody is to be told.</summary>
public sealed record AnnouncementRequest : IValidatableObject
{
    /// <summary>What it says: plain text.</summary>
    [Required(ErrorMessage = "Say something."), StringLength(1000, ErrorMessage = "An announcement has at most 1000 characters.")]
    public string Text { get; set; } = "";

    /// <summary>Whether it warns.</summary>
    public bool Warns { get; set; }

    /// <summary>From when it is shown, in UTC; null for from now on.</summary>
    public DateTimeOffset? From { get; set; }

    /// <summary>Until when it is shown, in UTC; null for no end.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Text.Any(letter => char.IsControl(letter) && letter is not '\n')) yield return new("No control characters but line breaks.", [nameof(Text)]);
        if (Until <= From) yield return new("It would end before it begins.", [nameof(Until)]);
    }
}
