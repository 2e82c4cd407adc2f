using Panel.Games.Demo;
using Panel.Games.Minecraft;

namespace Panel.Games;

/// <summary>The programs that local images run: <c>Panel.Games demo</c> and <c>Panel.Games minecraft</c>.</summary>
static class Program
{
    static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["demo"]:
                return await DemoGame.RunAsync(Environment.CurrentDirectory);
            case ["minecraft"]:
                return await MinecraftLauncher.RunAsync(Environment.CurrentDirectory);
            default:
                await Console.Error.WriteLineAsync("Which one? Panel.Games demo|minecraft");
                return 2;
        }
    }
}
