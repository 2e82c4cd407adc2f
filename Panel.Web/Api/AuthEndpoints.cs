using Microsoft.AspNetCore.Http.HttpResults;
using Panel.Contracts.Accounts;
using Panel.Core.Accounts.Tokens;
using Panel.Core.Errors;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>Signs programs in and out.</summary>
public static class AuthEndpoints
{
    const int MostBytes = 8 * 1024;

    /// <summary>Adds the routes below <c>/auth</c>.</summary>
    public static void MapAuth(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Sign-in").AllowAnonymous().WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostBytes));
        auth.AddEndpointFilter(async (context, next) =>
        {
            // no proxy and no browser keeps a token
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return await next(context);
        });
        auth.MapPost("/token", Token).ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);
        auth.MapPost("/refresh", Refresh).ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);
        auth.MapPost("/revoke", Revoke).ProducesProblem(400).ProducesProblem(429);
    }

    static async Task<Results<Ok<TokenPair>, ProblemHttpResult>> Token(TokenRequest request, ProgramSignIn signIn, ProgramTokens tokens, HttpContext context, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        var (account, refusal) = await signIn.TryAsync(request, cancellation);
        if (account is null) return Refused(refusal!);
        return TypedResults.Ok(await tokens.StartAsync(account.Id, context.Request.Headers.UserAgent.ToString(), context.Connection.RemoteIpAddress?.ToString(), cancellation));
    }

    static async Task<Results<Ok<TokenPair>, ProblemHttpResult>> Refresh(RefreshRequest request, ProgramTokens tokens, HttpContext context, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        return await tokens.RefreshAsync(request.RefreshToken, context.Connection.RemoteIpAddress?.ToString(), cancellation) is { } pair
            ? TypedResults.Ok(pair)
            : Refused(new("invalid-token", "This token is not good any more. Sign in again."));
    }

    static async Task<NoContent> Revoke(RefreshRequest request, ProgramTokens tokens, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        await tokens.RevokeAsync(request.RefreshToken, cancellation);
        return TypedResults.NoContent();
    }

    static ProblemHttpResult Refused(SignInRefusal refusal) =>
        TypedResults.Problem(title: refusal.Message, statusCode: StatusCodes.Status401Unauthorized, extensions: new Dictionary<string, object?> { ["code"] = refusal.Code });
}
