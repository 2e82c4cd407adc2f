using Panel.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddPanel();
await builder.Build().UsePanel().RunAsync();
