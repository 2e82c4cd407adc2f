namespace Panel.Core.Mail;

/// <summary>What mails say: plain text, the link on a line of its own, and what to do who did not ask for it.</summary>
public static class MailTexts
{
    /// <summary>To the address of a new account.</summary>
    public static (string Subject, string Text) Confirm(string link) => ("Confirm your email address", $"""
        Somebody made an account at Panel with this email address. Open this link within an hour to confirm it; it asks for the password you chose:

        {link}

        If it was not you, do nothing: without the link nobody can use the account.
        """);

    /// <summary>To an address that has an account already, when somebody registers with it.</summary>
    public static (string Subject, string Text) AlreadyThere(string signIn, string reset) => ("You have an account already", $"""
        Somebody tried to make an account at Panel with this email address. There is one already; sign in here:

        {signIn}

        If you forgot the password, ask for a new one:

        {reset}

        If it was not you, do nothing: nothing was changed.
        """);

    /// <summary>To who forgot the password.</summary>
    public static (string Subject, string Text) Reset(string link) => ("Choose a new password", $"""
        Somebody asked for a new password for your account at Panel. Open this link within an hour to choose one; it works once:

        {link}

        If it was not you, do nothing: your password stays as it is.
        """);

    /// <summary>To the new address of an account.</summary>
    public static (string Subject, string Text) ChangeEmail(string link) => ("Confirm your new email address", $"""
        Somebody wants to sign in to an account at Panel with this email address from now on. Open this link within an hour to confirm it:

        {link}

        If it was not you, do nothing: the address is not used.
        """);

    /// <summary>To the address that somebody wants for an account, when another one has it.</summary>
    public static (string Subject, string Text) EmailTaken() => ("This email address has an account already", """
        Somebody wanted to use this email address for another account at Panel. It belongs to yours, so that nothing was changed.

        If it was you, delete one of the two accounts, or choose another address.
        """);

    /// <summary>To the old address after it was changed, or to who changed what protects an account.</summary>
    /// <param name="what">What was done, as a sentence.</param>
    public static (string Subject, string Text) Changed(string what) => ("Your account was changed", $"""
        {what}

        If it was not you, somebody else has your account: choose a new password at once, and tell the people who run this panel.
        """);

    /// <summary>To who tries whether mail arrives.</summary>
    public static (string Subject, string Text) Test() => ("A test mail", """
        This is a mail by which somebody tried whether Panel can send any. It can.
        """);

    /// <summary>To somebody who is invited.</summary>
    /// <param name="by">Who invites.</param>
    /// <param name="where">Into what, such as <c>the server "Sky"</c> or <c>Panel</c>.</param>
    /// <param name="link">The link that accepts.</param>
    /// <param name="until">Until when it is good, in words.</param>
    public static (string Subject, string Text) Invitation(string by, string where, string link, string until) => ("You are invited", $"""
        {by} invites you to {where}. Open this link until {until} to accept:

        {link}

        If you do not know who that is, do nothing.
        """);
}
