namespace Panel.Kube.Wire;

/// <summary>A question to the API: may somebody do something? Of a <c>SelfSubjectAccessReview</c>, whoever asks; of the other two, the named user.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/</remarks>
public sealed class SubjectAccessReview : KubeObject
{
    /// <summary>The question.</summary>
    public SubjectAccessReviewSpec Spec { get; set; } = new();
    /// <summary>The answer.</summary>
    public SubjectAccessReviewStatus? Status { get; set; }
}

/// <summary>What is to be done, and by whom.</summary>
public sealed class SubjectAccessReviewSpec
{
    /// <summary>Something with objects.</summary>
    public ResourceAttributes? ResourceAttributes { get; set; }
    /// <summary>Something with a path that is no object.</summary>
    public NonResourceAttributes? NonResourceAttributes { get; set; }
    /// <summary>By whom; not asked in a self review.</summary>
    public string? User { get; set; }
    /// <summary>The groups that user is in.</summary>
    public List<string>? Groups { get; set; }
}

/// <summary>Something with objects.</summary>
public sealed class ResourceAttributes
{
    /// <summary>Where; empty for everywhere.</summary>
    public string? Namespace { get; set; }
    /// <summary>Such as <c>get</c> or <c>create</c>.</summary>
    public string? Verb { get; set; }
    /// <summary>API group; empty for the core group.</summary>
    public string? Group { get; set; }
    /// <summary>Version in the group.</summary>
    public string? Version { get; set; }
    /// <summary>Such as <c>pods</c>.</summary>
    public string? Resource { get; set; }
    /// <summary>Such as <c>log</c>.</summary>
    public string? Subresource { get; set; }
    /// <summary>Which one; empty for all.</summary>
    public string? Name { get; set; }
}

/// <summary>Something with a path.</summary>
public sealed class NonResourceAttributes
{
    /// <summary>Such as <c>/healthz</c>.</summary>
    public string? Path { get; set; }
    /// <summary>Such as <c>get</c>.</summary>
    public string? Verb { get; set; }
}

/// <summary>Whether it may be done.</summary>
public sealed class SubjectAccessReviewStatus
{
    /// <summary>Whether it may.</summary>
    public bool Allowed { get; set; }
    /// <summary>Why.</summary>
    public string? Reason { get; set; }
    /// <summary>What went wrong while this was found out.</summary>
    public string? EvaluationError { get; set; }
}

/// <summary>A question to the API: what may I do in a namespace?</summary>
public sealed class SelfSubjectRulesReview : KubeObject
{
    /// <summary>Where.</summary>
    public SelfSubjectRulesReviewSpec Spec { get; set; } = new();
    /// <summary>What.</summary>
    public SubjectRulesReviewStatus? Status { get; set; }
}

/// <summary>Where.</summary>
public sealed class SelfSubjectRulesReviewSpec
{
    /// <summary>The namespace.</summary>
    public string? Namespace { get; set; }
}

/// <summary>What somebody may do.</summary>
public sealed class SubjectRulesReviewStatus
{
    /// <summary>With objects.</summary>
    public List<PolicyRule> ResourceRules { get; set; } = [];
    /// <summary>With paths.</summary>
    public List<PolicyRule> NonResourceRules { get; set; } = [];
    /// <summary>Whether there may be more.</summary>
    public bool Incomplete { get; set; }
}

/// <summary>A question to the API: who am I?</summary>
public sealed class SelfSubjectReview : KubeObject
{
    /// <summary>The answer.</summary>
    public SelfSubjectReviewStatus? Status { get; set; }
}

/// <summary>Who somebody is.</summary>
public sealed class SelfSubjectReviewStatus
{
    /// <summary>Name and groups.</summary>
    public UserFacts UserInfo { get; set; } = new();
}

/// <summary>A user of the API.</summary>
public sealed class UserFacts
{
    /// <summary>Such as <c>system:serviceaccount:NAMESPACE:NAME</c>.</summary>
    public string? Username { get; set; }
    /// <summary>Identity of a service account.</summary>
    public string? Uid { get; set; }
    /// <summary>Such as <c>system:authenticated</c>.</summary>
    public List<string>? Groups { get; set; }
}

/// <summary>A question to the API: whose is this token?</summary>
public sealed class TokenReview : KubeObject
{
    /// <summary>The token.</summary>
    public TokenReviewSpec Spec { get; set; } = new();
    /// <summary>The answer.</summary>
    public TokenReviewStatus? Status { get; set; }
}

/// <summary>The token that is asked about.</summary>
public sealed class TokenReviewSpec
{
    /// <summary>The token.</summary>
    public string? Token { get; set; }
    /// <summary>Who it must be for.</summary>
    public List<string>? Audiences { get; set; }
}

/// <summary>Whose a token is.</summary>
public sealed class TokenReviewStatus
{
    /// <summary>Whether it is good.</summary>
    public bool Authenticated { get; set; }
    /// <summary>Whose.</summary>
    public UserFacts? User { get; set; }
    /// <summary>Who it is for.</summary>
    public List<string>? Audiences { get; set; }
    /// <summary>Why it is not.</summary>
    public string? Error { get; set; }
}

/// <summary>Asks for a token of a service account, and is answered with it.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/</remarks>
public sealed class TokenRequest : KubeObject
{
    /// <summary>What is asked for.</summary>
    public TokenRequestSpec Spec { get; set; } = new();
    /// <summary>The token.</summary>
    public TokenRequestStatus? Status { get; set; }
}

/// <summary>What token is asked for.</summary>
public sealed class TokenRequestSpec
{
    /// <summary>Who it shall be for; none for the API itself.</summary>
    public List<string>? Audiences { get; set; }
    /// <summary>Life in seconds, at least 600; an hour when nothing is said.</summary>
    public long? ExpirationSeconds { get; set; }
    /// <summary>The object it dies with.</summary>
    public ObjectReference? BoundObjectRef { get; set; }
}

/// <summary>A token of a service account.</summary>
public sealed class TokenRequestStatus
{
    /// <summary>What to put behind <c>Authorization: Bearer</c>.</summary>
    public string Token { get; set; } = "";
    /// <summary>The end of its life.</summary>
    public DateTimeOffset? ExpirationTimestamp { get; set; }
}
