namespace Panel.Core.Templates;

/// <summary>A way on which commands reach a game's program.</summary>
public enum InputKind
{
    /// <summary>A line on its standard input; what it answers is in its log.</summary>
    Stdin,
    /// <summary>The RCON protocol of many games over TCP; the answer comes back on it.</summary>
    Rcon,
    /// <summary>A program run in the server's container with the command as one argument; what it prints is the answer.</summary>
    Exec,
    /// <summary>A console of lines over TCP that asks for a password first.</summary>
    Telnet,
}

/// <summary>How commands reach a game's program.</summary>
public sealed record TemplateInput
{
    /// <summary>What stands for the command in <see cref="Command"/>.</summary>
    public const string Placeholder = "{{COMMAND}}";

    /// <summary>The way.</summary>
    public required InputKind Kind { get; init; }
    /// <summary>The name of the internal TCP port of the remote console.</summary>
    public string? Port { get; init; }
    /// <summary>The secret variable that holds the remote console's password; where none is chosen, a random one is.</summary>
    public string? Password { get; init; }
    /// <summary>The program to run and its arguments; one argument is <see cref="Placeholder"/>. No shell reads it.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];
    /// <summary>What a console of lines says when it wants its password, in upper or lower case.</summary>
    public string Prompt { get; init; } = "password";
    /// <summary>What it says when the password was right, in upper or lower case.</summary>
    public string Accepted { get; init; } = "successful";
    /// <summary>Whether the answer is shown below the command; false where the log has it anyhow.</summary>
    public bool Answers { get; init; } = true;
    /// <summary>Console lines that the panel's own way in causes, and that nobody reads: plain text, or <c>regex:</c> and a pattern. They are not shown.</summary>
    public IReadOnlyList<string> Noise { get; init; } = [];
}

/// <summary>What a template's way for commands must keep to.</summary>
internal static class InputRules
{
    /// <summary>The first rule that is broken, or null.</summary>
    public static string? Fault(Template template) => template.Input switch
    {
        null => null,
        { } input when input.Noise.Any(line => line.Length == 0 || line == "regex:") => "input: noise: a pattern each.",
        { Kind: InputKind.Stdin } input => input is { Port: null, Password: null, Command.Count: 0 } ? null : "input: stdin takes no port, no password and no command.",
        { Kind: InputKind.Exec } input => Program(input),
        { Kind: InputKind.Rcon or InputKind.Telnet } input => Remote(template, input),
        _ => "input: stdin, rcon, exec or telnet.",
    };

    static string? Program(TemplateInput input)
    {
        if (input.Port is not null || input.Password is not null) return "input: exec takes no port and no password.";
        if (input.Command.Count < 2 || input.Command[0] == TemplateInput.Placeholder) return $"input: the command is a program with {TemplateInput.Placeholder} as one of its arguments.";
        if (input.Command.Count(argument => argument == TemplateInput.Placeholder) != 1) return $"input: {TemplateInput.Placeholder} is one argument by itself, once.";
        return input.Command.Any(argument => argument.Length == 0 || argument.Any(char.IsControl) || (argument != TemplateInput.Placeholder && argument.Contains("{{", StringComparison.Ordinal)))
            ? "input: an argument of the command is plain text." : null;
    }

    static string? Remote(Template template, TemplateInput input)
    {
        if (input.Command.Count > 0) return "input: a remote console takes no command.";
        if (template.Ports.FirstOrDefault(port => port.Name == input.Port) is not { Protocol: "TCP", Internal: true }) return "input: port: the name of an internal TCP port.";
        if (input.Password is null) return input.Kind == InputKind.Rcon ? "input: password: the variable that holds it." : null;
        if (template.Variables.FirstOrDefault(variable => variable.Env == input.Password) is not { Secret: true }) return "input: password: the name of a secret variable.";
        return input.Prompt.Length == 0 || input.Accepted.Length == 0 ? "input: prompt and accepted: what the console says." : null;
    }
}
