using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Panel.Core.Mail;

/// <summary>Registers mail.</summary>
static class MailSetup
{
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MailOptions, MailOptionsValidator>().BindConfiguration(MailOptions.Section)
            .Validate<IOptionsMonitor<PanelOptions>>((mail, panel) => string.IsNullOrEmpty(mail.Host) || !string.IsNullOrEmpty(panel.CurrentValue.PublicUrl), "Panel:Mail:Host needs Panel:PublicUrl: mails have links to the panel.");
        return services.AddSingleton<PublicLinks>().AddSingleton<AskedMail>().AddSingleton<TestMail>().AddSingleton<Outbox>().AddSingleton<IMail>(all => all.GetRequiredService<Outbox>());
    }
}
