using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Beacon;

namespace LumenLink.Cli.Enroll;

/// <summary>
/// lumen enroll group: makes, shows, weighs and closes enrolment groups. Exit status as lumen enroll.
/// </summary>
internal static class GroupCommands
{
    private const int Done = ExitStatus.Done;
    private const string Path = "groups";

    /// <summary>The command and its own commands.</summary>
    internal static Command Create(EnrollContext context) => new(
        "group", "Groups of boards to be enrolled: of one device CA, so many, until a time, spread over regions.")
    {
        Make(context), List(context), Weigh(context), Close(context),
    };

    private static Command Make(EnrollContext context)
    {
        Argument<string> name = Name();
        Option<string?> ca = new("--ca") { Description = "folder of the device CA", HelpName = "FOLDER" };
        Option<string?> hash = new("--ca-sha256")
        {
            Description = "instead: SHA-256 of its certificate or key, as lumen ca init shows it",
            HelpName = "HEX",
        };
        Option<string> level = new("--level")
        {
            Description = "level of all its boards: secure-element, emulated-chip, software",
            HelpName = "LEVEL",
            Required = true,
        };
        Option<int?> model = new("--hardware-model") { Description = "of all its boards", HelpName = "N" };
        Option<string[]> regions = Regions();
        Option<int> most = new("--max-boards")
        {
            Description = "boards that may be enrolled through it",
            HelpName = "N",
            Required = true,
        };
        Option<string> until = new("--open-until")
        {
            Description = "when it ends, UTC: 2030-02-28 or 2030-02-28T18:00Z",
            HelpName = "TIME",
            Required = true,
        };
        Option<string?> pattern = new("--name-pattern")
        {
            Description = "names of its boards, with {id} and perhaps {region}; else {region}-{id}",
            HelpName = "PATTERN",
        };
        Option<bool> json = Json();
        Command command = new("create", "Make a group.")
        {
            name, ca, hash, level, model, regions, most, until, pattern, context.Service, json,
        };
        return context.Of(command, "", async (parsed, client) =>
        {
            JsonObject body = new()
            {
                ["name"] = parsed.GetValue(name),
                ["ca_sha256"] = CaHash(parsed.GetValue(ca), parsed.GetValue(hash)),
                ["level"] = parsed.GetValue(level)!.Replace('-', '_'),
                ["regions"] = Weights(parsed.GetValue(regions)!),
                ["max_boards"] = parsed.GetValue(most),
                ["open_until"] = Time(parsed.GetValue(until)!),
            };
            if (parsed.GetValue(model) is { } number)
                body["hardware_model"] = number;
            if (parsed.GetValue(pattern) is { } names)
                body["name_pattern"] = names;
            return Say(parsed, json, await client.PostAsync(Path, body));
        });
    }

    private static Command List(EnrollContext context)
    {
        Option<bool> json = Json();
        return context.Of(
            new Command("list", "Show all groups.") { context.Service, json }, "", async (parsed, client) =>
            {
                JsonElement list = await client.GetAsync(Path);
                TextWriter output = parsed.InvocationConfiguration.Output;
                if (parsed.GetValue(json))
                    output.WriteLine(list.GetRawText());
                else
                    EnrollText.Groups(list).ToList().ForEach(output.WriteLine);
                return Done;
            });
    }

    private static Command Weigh(EnrollContext context)
    {
        Argument<string> name = Name();
        Option<string[]> regions = Regions();
        Option<bool> json = Json();
        Command command = new("weigh", "Give a group other regions and weights; enrolled boards stay where they are.")
        {
            name, regions, context.Service, json,
        };
        return context.Of(command, "", async (parsed, client) => Say(parsed, json, await client.PutAsync(
            $"{Path}/{Uri.EscapeDataString(parsed.GetValue(name)!)}/regions",
            new JsonObject { ["regions"] = Weights(parsed.GetValue(regions)!) })));
    }

    private static Command Close(EnrollContext context)
    {
        Argument<string> name = Name();
        Option<bool> json = Json();
        Command command = new("close", "Close a group for ever; its boards stay enrolled.")
        {
            name, context.Service, json,
        };
        return context.Of(command, "", async (parsed, client) => Say(parsed, json, await client.PostAsync(
            $"{Path}/{Uri.EscapeDataString(parsed.GetValue(name)!)}/closing", new JsonObject())));
    }

    private static int Say(ParseResult parsed, Option<bool> json, JsonElement group)
    {
        parsed.InvocationConfiguration.Output.WriteLine(
            parsed.GetValue(json) ? group.GetRawText() : EnrollText.Group(group));
        return Done;
    }

    private static string CaHash(string? folder, string? hash)
    {
        if ((folder is null) == (hash is null))
            throw new BeaconException("Give --ca or --ca-sha256, one of them.", isInput: true);
        if (folder is null)
            return hash!;
        using X509Certificate2 certificate =
            AuthorityFolder.ReadCertificate(new AuthorityFolder(folder).DeviceCaCertificate);
        return certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
    }

    private static JsonObject Weights(string[] regions)
    {
        JsonObject weights = [];
        foreach (string region in regions)
        {
            int at = region.LastIndexOf('=');
            if (at < 1 || weights.ContainsKey(region[..at])
                || !int.TryParse(region[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int weight))
                throw new BeaconException("--region takes NAME=WEIGHT, each name once.", isInput: true);
            weights[region[..at]] = weight;
        }

        return weights;
    }

    private static string Time(string text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)
            : throw new BeaconException("--open-until takes a time like 2030-02-28T18:00Z.", isInput: true);

    private static Argument<string> Name() => new("name") { Description = "name of the group", HelpName = "GROUP" };

    private static Option<string[]> Regions() => new("--region")
    {
        Description = "region and its weight, hall-1=3; once for each region",
        HelpName = "NAME=WEIGHT",
        Required = true,
    };

    private static Option<bool> Json() => new("--json") { Description = "print the service's answer as it is" };
}
