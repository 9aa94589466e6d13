using Spectre.Console;

namespace LumenLink.Cli.Authority;

/// <summary>Asks at the terminal for what must not be seen.</summary>
internal static class SecretPrompt
{
    /// <summary>What was typed; null when nobody sits at a terminal.</summary>
    public static string? Ask(string words) => Console.IsInputRedirected || Console.IsOutputRedirected
        ? null
        : AnsiConsole.Prompt(new TextPrompt<string>(Markup.Escape(words) + ":").Secret(null));
}
