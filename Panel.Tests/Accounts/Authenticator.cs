using Panel.Core.Accounts;

namespace Panel.Tests.Accounts;

/// <summary>What an authenticator app shows. Both codes stay good for half a minute at least, whenever a step of the clock ends.</summary>
static class Authenticator
{
    /// <summary>The code of now.</summary>
    public static string First(string secret) => Totp.Code(secret, Totp.StepOf(DateTimeOffset.UtcNow));

    /// <summary>The code after it, which is good once the first one is used up.</summary>
    public static string Next(string secret) => Totp.Code(secret, Totp.StepOf(DateTimeOffset.UtcNow) + 1);
}
