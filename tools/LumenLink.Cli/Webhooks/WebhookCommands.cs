using System.CommandLine;
using System.Text.Json;
using LumenLink.Cli.Beacon;

namespace LumenLink.Cli.Webhooks;

/// <summary>
/// lumen webhook: who is told of what happens to beacons. Exit status: 0 done; 1 the service refused or is not reached;
/// 2 bad input.
/// </summary>
internal sealed class WebhookCommands
{
    private readonly Func<HttpMessageHandler> handler;
    private readonly Func<string, string?> environment;

    private readonly Argument<string> id = new("id")
    {
        Description = "id of a webhook, 16 hexadecimal digits",
        HelpName = "ID",
    };

    private readonly Option<string?> service = ServiceClient.AddressOption();
    private readonly Option<bool> json = new("--json") { Description = "print the service's answer as it is" };

    private WebhookCommands(Func<HttpMessageHandler> handler, Func<string, string?> environment)
    {
        this.handler = handler;
        this.environment = environment;
    }

    /// <summary>The command and its own commands.</summary>
    /// <param name="handler">Carries calls to the service.</param>
    /// <param name="environment">Looks a variable up.</param>
    internal static Command Create(Func<HttpMessageHandler> handler, Func<string, string?> environment)
    {
        WebhookCommands commands = new(handler, environment);
        return new Command(
            "webhook",
            "Have the service tell others what happens to beacons. The admin token or an administrator's key is taken "
            + $"from ${ServiceClient.TokenVariable}. Exit status: 0 done, 1 refused, 2 bad input.")
        {
            commands.Add(), commands.List(), commands.Deliveries(), commands.Remove(),
            commands.OnOne(
                "test", "Send it an event of its own.", client => client.PostAsync("test", new { }), WebhookText.Test),
            commands.OnOne(
                "rotate", "Give it another secret; the one before fits for a day more.",
                client => client.PostAsync("secret", new { }), WebhookText.Secret),
            commands.OnOne(
                "pause", "Let events wait.", client => client.PostAsync("pause", new { }), WebhookText.Line),
            commands.OnOne(
                "resume", "Let it get events again.", client => client.PostAsync("resume", new { }), WebhookText.Line),
        };
    }

    private Command Add()
    {
        Argument<string> url = new("url") { Description = "where events are sent to: https", HelpName = "URL" };
        Option<string[]> events = new("--event")
        {
            Description = "an event that it gets; may be given more than once, else all of them",
            HelpName = "NAME",
            DefaultValueFactory = _ => WebhookText.Events,
        };
        events.AcceptOnlyFromAmong(WebhookText.Events);
        Option<string?> description = new("--description") { Description = "for people", HelpName = "TEXT" };
        return Of(
            new Command("add", "Make a webhook. Its secret is shown this once.")
            {
                url, events, description, service, json,
            },
            "",
            async (parsed, client) => Write(
                parsed,
                await client.PostAsync("webhooks", new
                {
                    url = parsed.GetValue(url),
                    events = parsed.GetValue(events),
                    description = parsed.GetValue(description),
                }),
                WebhookText.Secret));
    }

    private Command List() => Of(
        new Command("list", "Show webhooks.") { service, json }, "",
        async (parsed, client) => Write(parsed, await client.GetAsync("webhooks"), WebhookText.Webhooks));

    private Command Deliveries()
    {
        Option<int> limit = new("--limit")
        {
            Description = "how many at most",
            HelpName = "N",
            DefaultValueFactory = _ => 20,
        };
        return Of(
            new Command("deliveries", "Show what became of its deliveries, newest first.") { id, limit, service, json },
            null,
            async (parsed, client) => Write(
                parsed, await client.GetAsync($"deliveries?limit={parsed.GetValue(limit)}"), WebhookText.Deliveries));
    }

    private Command Remove() => Of(
        new Command("remove", "Remove it, and what waits for it.") { id, service, json }, "",
        async (parsed, client) => Write(
            parsed, await client.DeleteAsync($"webhooks/{Id(parsed)}"), WebhookText.Removed));

    private Command OnOne(
        string name, string words, Func<ServiceClient, Task<JsonElement>> call,
        Action<JsonElement, TextWriter> write) => Of(
        new Command(name, words) { id, service, json }, null,
        async (parsed, client) => Write(parsed, await call(client), write));

    /// <param name="command">The command.</param>
    /// <param name="path">Where its calls are; null: below the webhook of its id.</param>
    /// <param name="run">Does it.</param>
    private Command Of(Command command, string? path, Func<ParseResult, ServiceClient, Task> run)
    {
        command.SetAction(async parsed =>
        {
            try
            {
                using ServiceClient client = new(
                    handler(), parsed.GetValue(service), path ?? $"webhooks/{Id(parsed)}/", environment);
                await run(parsed, client);
                return ExitStatus.Done;
            }
            catch (BeaconException problem)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync("error: " + problem.Message);
                return problem.IsInput ? ExitStatus.Misused : ExitStatus.Failed;
            }
        });
        return command;
    }

    private void Write(ParseResult parsed, JsonElement answer, Action<JsonElement, TextWriter> write)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(json))
            output.WriteLine(answer.GetRawText());
        else
            write(answer, output);
    }

    private string Id(ParseResult parsed)
    {
        string text = parsed.GetValue(id)!;
        return text.Length == WebhookText.IdLength && text.All(char.IsAsciiHexDigitLower)
            ? text
            : throw new BeaconException(
                $"An id of a webhook has {WebhookText.IdLength} hexadecimal digits: see lumen webhook list.",
                isInput: true);
    }
}
