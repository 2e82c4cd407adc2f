using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Mail;

namespace Panel.Core.Accounts;

/// <summary>Changes one's own password; it ends every other session.</summary>
public sealed class ChangePassword(OwnAccount own, IMail mail)
{
    /// <summary>Changes it.</summary>
    /// <exception cref="InvalidFieldException">The current one is wrong, or the new one breaks a rule.</exception>
    public async Task RunAsync(Actor actor, ChangePasswordRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        try
        {
            var email = await own.ChangeAsync(actor, request.Current, "account.password", async changing =>
            {
                var (_, users, account, _) = changing;
                if (account.PasswordHash is not null) (await users.RemovePasswordAsync(account)).Require(nameof(request.Password));
                (await users.AddPasswordAsync(account, request.Password)).Require(nameof(request.Password));
                return account.Email!;
            }, cancellation);
            await mail.TellAsync(email, MailTexts.Changed("The password of your account at Panel was changed."), cancellation);
        }
        catch (InvalidFieldException refusal) when (refusal.Errors.TryGetValue("Password", out var rules) && rules is ["This is not your password."])
        {
            throw new InvalidFieldException(nameof(request.Current), rules[0]);
        }
    }
}
