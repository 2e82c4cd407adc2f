using Panel.Web;
using Panel.Web.Hosting;

if (args is ["admin", ..]) return await AdminCommand.RunAsync(args);
if (args is ["health", .. var address]) return await HealthQuestion.AskAsync(address, Environment.GetEnvironmentVariable, Console.Out);
var builder = WebApplication.CreateBuilder(args);
builder.AddPanel();
await builder.Build().UsePanel().RunAsync();
return 0;
