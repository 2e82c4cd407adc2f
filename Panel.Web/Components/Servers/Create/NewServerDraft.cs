using Panel.Contracts.Servers;
using Panel.Core.Templates;

namespace Panel.Web.Components.Servers.Create;

/// <summary>What a person has typed of a new server. It outlives the page, so that back and forward find it again; it ends with the visit.</summary>
public sealed class NewServerDraft
{
    string proposed = "";

    /// <summary>The request so far.</summary>
    public CreateServerRequest Request { get; private set; } = new();

    /// <summary>Chooses a game: another one than before starts from its defaults, the same one keeps what was typed.</summary>
    public void Choose(Template template)
    {
        if (Request.Template == template.Key)
        {
            // what somebody took out of the game meanwhile cannot be chosen any more
            if (Request.Image is null || !template.Images.ContainsKey(Request.Image)) Request.Image = template.Images.First().Key;
            if (Request.Startup is null || !template.Startups.ContainsKey(Request.Startup)) Request.Startup = template.Startups.Keys.FirstOrDefault();
            return;
        }
        Request.Template = template.Key;
        // a name that somebody gave stays
        if (string.IsNullOrWhiteSpace(Request.Name) || Request.Name == proposed) Request.Name = proposed = template.Name;
        Request.Image = template.Images.First().Key;
        Request.Startup = template.Startups.Keys.FirstOrDefault();
        Request.Variables = template.Variables.ToDictionary(variable => variable.Env, variable => variable.Default);
    }

    /// <summary>Starts anew.</summary>
    public void Clear() => Request = new();
}
