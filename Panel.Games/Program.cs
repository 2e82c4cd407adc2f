using Panel.Games.Demo;

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
            default:
                await Console.Error.WriteLineAsync("Which one? Panel.Games demo");
                return 2;
        }
    }
}
