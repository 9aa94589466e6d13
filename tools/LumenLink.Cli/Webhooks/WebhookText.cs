using System.Globalization;
using System.Text.Json;
using LumenLink.Cli.Beacon;
using Spectre.Console;

namespace LumenLink.Cli.Webhooks;

/// <summary>Webhooks and their deliveries for people.</summary>
internal static class WebhookText
{
    /// <summary>Characters of an id.</summary>
    public const int IdLength = 16;

    /// <summary>Events that a webhook may get.</summary>
    public static readonly string[] Events =
        ["beacon.online", "beacon.offline", "beacon.attestation_failed", "beacon.clone_suspected"];

    /// <summary>A webhook's new secret.</summary>
    public static void Secret(JsonElement answer, TextWriter output)
    {
        Line(answer.GetProperty("webhook"), output);
        output.WriteLine($"secret  {ControlText.Text(answer, "secret")}");
        output.WriteLine("It is not shown again: give it to the receiver now.");
    }

    /// <summary>One webhook.</summary>
    public static void Line(JsonElement webhook, TextWriter output) => output.WriteLine(
        $"webhook {ControlText.Text(webhook, "id")}  {ControlText.Text(webhook, "state")}  "
        + ControlText.Text(webhook, "url"));

    /// <summary>One that is gone.</summary>
    public static void Removed(JsonElement webhook, TextWriter output) => output.WriteLine(
        $"webhook {ControlText.Text(webhook, "id")} is removed");

    /// <summary>A test on its way.</summary>
    public static void Test(JsonElement answer, TextWriter output) => output.WriteLine(
        $"{ControlText.Text(answer, "message_id")} is on its way: see lumen webhook deliveries");

    /// <summary>All webhooks.</summary>
    public static void Webhooks(JsonElement page, TextWriter output)
    {
        Table table = PlainTable.Of("id", "state", "address", "events", "waiting", "dropped", "failures");
        foreach (JsonElement webhook in page.GetProperty("items").EnumerateArray())
        {
            Add(
                table, ControlText.Text(webhook, "id"), ControlText.Text(webhook, "state"),
                ControlText.Text(webhook, "url"),
                string.Join(", ", webhook.GetProperty("events").EnumerateArray().Select(name => name.GetString())),
                $"{webhook.GetProperty("pending")}", $"{webhook.GetProperty("dropped")}",
                $"{webhook.GetProperty("failures")}");
        }

        table.WriteTo(output);
    }

    /// <summary>Deliveries.</summary>
    public static void Deliveries(JsonElement page, TextWriter output)
    {
        Table table = PlainTable.Of("written", "event", "state", "tries", "outcome", "status", "next try", "message");
        foreach (JsonElement delivery in page.GetProperty("items").EnumerateArray())
        {
            Add(
                table, Time(delivery, "created_at"), ControlText.Text(delivery, "event"),
                ControlText.Text(delivery, "state"), $"{delivery.GetProperty("tries")}", Word(delivery, "outcome"),
                Word(delivery, "status"), Time(delivery, "next_at"), ControlText.Text(delivery, "message_id"));
        }

        table.WriteTo(output);
    }

    /// <summary>What an answer says is not markup, and no control characters reach a terminal.</summary>
    private static void Add(Table table, params string[] cells) => table.AddRow(
        [.. cells.Select(cell => new Text(string.Concat(cell.Select(c => char.IsControl(c) ? ' ' : c))))]);

    private static string Word(JsonElement item, string name) =>
        item.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? $"{value}" : "–";

    private static string Time(JsonElement item, string name) =>
        item.GetProperty(name) is { ValueKind: JsonValueKind.String } value
            ? value.GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : "–";
}
