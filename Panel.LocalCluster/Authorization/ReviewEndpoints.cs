using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Panel.Kube.Wire;
using Panel.LocalCluster.Api;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Authorization;

/// <summary>Kinds that are asked and answered, and never stored: may I, who am I, whose token is this.</summary>
sealed class ReviewEndpoints(Authorizer authorizer, AccountTokens tokens)
{
    const string Authorization = "authorization.k8s.io", Identity = "authentication.k8s.io";

    static readonly Resource SelfAccess = new(Authorization, "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", Namespaced: false);
    static readonly Resource Access = new(Authorization, "v1", "subjectaccessreviews", "SubjectAccessReview", Namespaced: false);
    static readonly Resource LocalAccess = new(Authorization, "v1", "localsubjectaccessreviews", "LocalSubjectAccessReview");
    static readonly Resource SelfRules = new(Authorization, "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", Namespaced: false);
    static readonly Resource Self = new(Identity, "v1", "selfsubjectreviews", "SelfSubjectReview", Namespaced: false);
    static readonly Resource Tokens = new(Identity, "v1", "tokenreviews", "TokenReview", Namespaced: false);

    /// <summary>All of them, and the wire model of each.</summary>
    public static readonly IReadOnlyList<(Resource Resource, Type Type)> All =
    [
        (SelfAccess, typeof(SubjectAccessReview)), (Access, typeof(SubjectAccessReview)), (LocalAccess, typeof(SubjectAccessReview)),
        (SelfRules, typeof(SelfSubjectRulesReview)), (Self, typeof(SelfSubjectReview)), (Tokens, typeof(TokenReview)),
    ];

    /// <summary>Answers one question.</summary>
    public async Task AnswerAsync(HttpContext context, Resource resource, Type type)
    {
        var info = KubeJson.Default.GetTypeInfo(type)!;
        var asked = (await RequestBody.ObjectAsync(context)).Deserialize(info) ?? throw Statuses.BadRequest("the body of the request must be an object");
        var user = Authentication.UserOf(context);
        switch (asked)
        {
            case SubjectAccessReview review when resource == SelfAccess:
                review.Status = Judge(user, review.Spec);
                break;
            case SubjectAccessReview review:
                review.Status = Judge(new(review.Spec.User ?? "", review.Spec.Groups ?? []), review.Spec);
                break;
            case SelfSubjectRulesReview review:
                review.Status = Rules(user, review.Spec.Namespace ?? "");
                break;
            case SelfSubjectReview review:
                review.Status = new() { UserInfo = Facts(user) };
                break;
            case TokenReview review:
                review.Status = Read(review.Spec);
                break;
        }
        var answer = (KubeObject)asked;
        (answer.ApiVersion, answer.Kind) = (resource.ApiVersion, resource.Kind);
        context.Response.StatusCode = 201;
        await Answers.WriteAsync(context, writer => JsonSerializer.Serialize(writer, asked, info));
    }

    SubjectAccessReviewStatus Judge(User user, SubjectAccessReviewSpec spec)
    {
        var verdict = authorizer.Judge(user, spec switch
        {
            { ResourceAttributes: { } on } => new(on.Verb ?? "", on.Group ?? "", on.Resource ?? "", on.Subresource ?? "", on.Namespace ?? "", on.Name ?? ""),
            { NonResourceAttributes: { } at } => new(at.Verb ?? "", "", "", "", "", "", at.Path ?? ""),
            _ => throw Statuses.Invalid("SelfSubjectAccessReview", Authorization, "", [new() { Reason = "FieldValueInvalid", Field = "spec.resourceAttributes", Message = "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified" }]),
        });
        return new() { Allowed = verdict.Allowed, Reason = verdict.Reason.Length == 0 ? null : verdict.Reason, EvaluationError = verdict.Error.Length == 0 ? null : verdict.Error };
    }

    SubjectRulesReviewStatus Rules(User user, string space)
    {
        var rules = authorizer.RulesOf(user, space).ToLookup(rule => rule.NonResourceURLs is { Count: > 0 });
        return new() { ResourceRules = [.. rules[false]], NonResourceRules = [.. rules[true]] };
    }

    TokenReviewStatus Read(TokenReviewSpec spec)
    {
        var read = tokens.Read(spec.Token ?? "");
        var audiences = spec.Audiences is { Count: > 0 } wanted ? wanted : [AccountTokens.Issuer];
        var common = read?.Audiences.Intersect(audiences).ToList() ?? [];
        return common.Count > 0 ? new() { Authenticated = true, User = Facts(read!.User), Audiences = common } : new() { Error = "invalid bearer token" };
    }

    static UserFacts Facts(User user) => new() { Username = user.Name, Uid = user.Uid, Groups = [.. user.Groups] };
}
