using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Web.Hosting;

/// <summary>What an operator does from a shell instead of serving pages: <c>admin adopt</c>. It takes the settings that the panel itself takes.</summary>
public static class AdminCommand
{
    /// <summary>Runs it.</summary>
    /// <returns>The exit code: 0 when it was done, 1 when it was refused, 2 when there is no such command.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ["admin", "adopt", .. var settings])
        {
            await Console.Error.WriteLineAsync("usage: Panel.Web admin adopt [--SETTING VALUE]...\n\n  adopt   makes the rows of servers that the cluster has and the database does not know");
            return 2;
        }
        var builder = WebApplication.CreateBuilder(settings);
        builder.AddPanel();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var panel = builder.Build();
        try
        {
            await CoreSetup.PrepareAsync(panel.Services, CancellationToken.None);
            Tell(await panel.Services.GetRequiredService<AdoptServers>().RunAsync(Actor.Panel, CancellationToken.None));
            return 0;
        }
        catch (PanelException refusal)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
            return 1;
        }
    }

    static void Tell(Adoption adoption)
    {
        foreach (var name in adoption.Adopted) Console.WriteLine($"adopted       {name}");
        foreach (var (name, reason) in adoption.LeftAlone) Console.WriteLine($"left alone    {name}: {reason}");
        foreach (var (email, password) in adoption.Accounts) Console.WriteLine($"made account  {email} with the password {password}");
        Console.WriteLine($"{adoption.Adopted.Count} adopted, {adoption.LeftAlone.Count} left alone. A panel that runs looks after them within five minutes.");
    }
}
