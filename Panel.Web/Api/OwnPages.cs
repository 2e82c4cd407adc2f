using Microsoft.AspNetCore.Identity;

namespace Panel.Web.Api;

/// <summary>
/// Takes changes by cookie from Panel's own pages only: a browser sends the cookie along with whatever another site makes it send. A program
/// that shows a key or a token has no such trouble.
/// </summary>
public sealed class OwnPages : IEndpointFilter
{
    /// <summary>What a page's own script sends and a form of another site cannot.</summary>
    public const string ScriptHeader = "X-Requested-With";

    /// <inheritdoc/>
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || !IsByCookie(context.HttpContext) || IsOwn(request)) return next(context);
        return ValueTask.FromResult<object?>(TypedResults.Problem("Changes are taken from Panel's own pages only, or from programs that show a key.", statusCode: StatusCodes.Status403Forbidden));
    }

    static bool IsByCookie(HttpContext context) => context.User.Identities.Any(identity => identity.AuthenticationType == IdentityConstants.ApplicationScheme);

    static bool IsOwn(HttpRequest request) => request.Headers.ContainsKey(ScriptHeader) && request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";
}
