using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;
using Panel.Core.Accounts;
using Panel.Core.Errors;

namespace Panel.Web.Accounts;

/// <summary>What the browser needs over plain HTTP to make and use passkeys: the challenge is kept in a cookie in between.</summary>
public static class PasskeyEndpoints
{
    const string Forged = "The page was open for too long. Load it again.";

    /// <summary>Adds the routes.</summary>
    public static void MapPasskeys(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/account/passkeys/options", OptionsAsync).DisableAntiforgery();
        routes.MapPost("/account/passkeys", AddAsync).DisableAntiforgery();
        routes.MapPost("/sign-in/passkey/options", RequestAsync).AllowAnonymous().DisableAntiforgery();
        routes.MapPost("/sign-in/passkey", SignInAsync).AllowAnonymous().DisableAntiforgery();
    }

    /// <summary>What the browser sends to make one.</summary>
    /// <param name="Password">The person's password.</param>
    /// <param name="Name">What the person calls the passkey.</param>
    /// <param name="Credential">What the browser made, as JSON; empty when it asks for the challenge.</param>
    public sealed record MakeRequest(string? Password, string? Name, string? Credential)
    {
        /// <inheritdoc/>
        public override string ToString() => nameof(MakeRequest); // never the password
    }

    /// <summary>What the browser sends to sign in.</summary>
    /// <param name="Credential">What the passkey signed, as JSON.</param>
    public sealed record UseRequest(string? Credential);

    static Task<IResult> OptionsAsync(MakeRequest request, HttpContext context, IAntiforgery tokens, CurrentActor me, OwnAccount own, SignInManager<Account> manager) => AnswerAsync(context, tokens, async () =>
    {
        var actor = await me.GetAsync();
        await own.ProveAsync(actor, request.Password ?? "", context.RequestAborted);
        return Results.Text(await manager.MakePasskeyCreationOptionsAsync(new() { Id = actor.UserId, Name = actor.Name, DisplayName = actor.Name }), "application/json");
    });

    static Task<IResult> AddAsync(MakeRequest request, HttpContext context, IAntiforgery tokens, CurrentActor me, Passkeys passkeys, SignInManager<Account> manager) => AnswerAsync(context, tokens, async () =>
    {
        var actor = await me.GetAsync();
        var made = await manager.PerformPasskeyAttestationAsync(request.Credential ?? "");
        if (!made.Succeeded || made.UserEntity?.Id != actor.UserId) throw new ConflictException("The passkey could not be made. Try again.");
        await passkeys.AddAsync(actor, request.Password ?? "", request.Name ?? "", made.Passkey, context.RequestAborted);
        return Results.Ok();
    });

    static Task<IResult> RequestAsync(HttpContext context, IAntiforgery tokens, SignInManager<Account> manager) =>
        AnswerAsync(context, tokens, async () => Results.Text(await manager.MakePasskeyRequestOptionsAsync(null), "application/json"));

    static Task<IResult> SignInAsync(UseRequest request, HttpContext context, IAntiforgery tokens, SignIn signIn) => AnswerAsync(context, tokens, async () =>
        await signIn.TryPasskeyAsync(request.Credential ?? "") is { Refusal: { } refusal } ? throw new ForbiddenException(refusal) : Results.Ok());

    // the page shows the words; they are those of a refusal and of nothing else
    static async Task<IResult> AnswerAsync(HttpContext context, IAntiforgery tokens, Func<Task<IResult>> work)
    {
        if (!await tokens.IsRequestValidAsync(context)) return Results.Text(Forged, statusCode: StatusCodes.Status400BadRequest);
        try
        {
            return await work();
        }
        catch (PanelException refusal)
        {
            return Results.Text(refusal.Message, statusCode: refusal is InvalidFieldException ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status403Forbidden);
        }
        catch (InvalidOperationException)
        {
            return Results.Text("That took too long. Begin again.", statusCode: StatusCodes.Status409Conflict);   // the challenge is gone
        }
    }
}
