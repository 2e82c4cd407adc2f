using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Replicas;
using Panel.Core.Servers;

namespace Panel.Web.Hosting;

/// <summary>What an operator does from a shell instead of serving pages: <c>admin adopt</c>, <c>admin verify-audit</c>. It takes the settings that the panel itself takes.</summary>
public static class AdminCommand
{
    /// <summary>Runs it.</summary>
    /// <returns>The exit code: 0 when it was done, 1 when it was refused or found something wrong, 2 when there is no such command.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        Func<IServiceProvider, Task<int>>? run = arguments.ElementAtOrDefault(1) switch { "adopt" => AdoptAsync, "verify-audit" => VerifyAuditAsync, _ => null };
        if (run is null)
        {
            await Console.Error.WriteLineAsync("""
                usage: Panel.Web admin adopt [--SETTING VALUE]...
                       Panel.Web admin verify-audit [--Seal HASH] [--SETTING VALUE]...

                  adopt          makes the rows of servers that the cluster has and the database does not know
                  verify-audit   checks the audit against its seals, and names the first record that is not as it was;
                                 HASH is one that the panel's log told, which has to be among the seals
                """);
            return 2;
        }
        var builder = WebApplication.CreateBuilder(arguments[2..]);
        builder.AddPanel();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var panel = builder.Build();
        try
        {
            await CoreSetup.PrepareAsync(panel.Services, CancellationToken.None);
            return await run(panel.Services);
        }
        catch (PanelException refusal)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
            return 1;
        }
    }

    static async Task<int> AdoptAsync(IServiceProvider services)
    {
        Tell(await services.GetRequiredService<AdoptServers>().RunAsync(Actor.Panel, CancellationToken.None));
        // panels that run would show the servers as they began, until they look at everything again
        await services.GetRequiredService<ChangeNotices>().TellOnceAsync(CancellationToken.None);
        return 0;
    }

    static async Task<int> VerifyAuditAsync(IServiceProvider services)
    {
        var found = await services.GetRequiredService<AuditVerification>().RunAsync(services.GetRequiredService<IConfiguration>()["Seal"], CancellationToken.None);
        Console.WriteLine($"{found.Records} records are as they were sealed, {found.Deleted} were deleted after their time, {found.Unsealed} are not sealed yet.");
        if (found.Last is { } last) Console.WriteLine($"The last seal is {last}");
        if (found.Fault is { } fault) await Console.Error.WriteLineAsync(fault);
        return found.Fault is null ? 0 : 1;
    }

    static void Tell(Adoption adoption)
    {
        foreach (var name in adoption.Adopted) Console.WriteLine($"adopted       {name}");
        foreach (var (name, reason) in adoption.LeftAlone) Console.WriteLine($"left alone    {name}: {reason}");
        foreach (var (email, password) in adoption.Accounts) Console.WriteLine($"made account  {email} with the password {password}");
        Console.WriteLine($"{adoption.Adopted.Count} adopted, {adoption.LeftAlone.Count} left alone. A panel that runs looks after them within five minutes.");
    }
}
