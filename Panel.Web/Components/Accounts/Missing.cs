namespace Panel.Web.Components.Accounts;

/// <summary>What a page says that found nothing to show, for the answer 404, which has no page of its own.</summary>
/// <param name="Title">What there is not.</param>
/// <param name="Text">Why that may be.</param>
sealed record Missing(string Title, string Text);
