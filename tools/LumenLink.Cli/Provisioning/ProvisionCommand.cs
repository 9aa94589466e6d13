using System.CommandLine;
using LumenLink.Beacon;
using LumenLink.Protocol;

namespace LumenLink.Cli.Provisioning;

/// <summary>
/// lumen provision: writes the files that nanoff puts on a board. Exit status: 0 they are written, 2 they are not.
/// </summary>
internal static class ProvisionCommand
{
    /// <summary>Where the Wi-Fi password may lie in the environment.</summary>
    internal const string PasswordVariable = "LUMENLINK_WIFI_PASSWORD";

    private const int Done = ExitStatus.Done;
    private const int BadInput = ExitStatus.Misused;

    private static readonly Option<string?> Out = Named("--out", "folder that takes the files", "FOLDER");

    private static readonly Option<string[]> Transport = new("--transport")
    {
        Description = "a way to the service, the best one first, up to four: mqtts://HOST[:PORT] for a broker, "
            + "https://HOST[:PORT] for posts where MQTT is blocked; mqtt:// and http:// are without TLS",
        HelpName = "URL",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> Audience = Named("--audience", "name of the service", "NAME");
    private static readonly Option<string[]> RootKey = new("--root-key")
    {
        Description = "the operator's root key, then the next one if there is one: 128 hex digits, or a file of "
            + "64 bytes or PEM; public keys only",
        HelpName = "HEX|FILE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Hardware = Chosen(
        "--hardware", "which board it is", "esp32-s3", "esp32-s3", "esp32-wrover", "simulator");
    private static readonly Option<string> Identity = Chosen(
        "--identity",
        "where the identity key lives: in a secure element; or, on a board without one, in flash, where whoever holds "
            + "the board can copy it",
        "secure-element", "secure-element", "flash");
    private static readonly Option<string> Privacy = Chosen(
        "--privacy", "what leaves the board: raw addresses or keyed pseudonyms", "pseudonym", "pseudonym", "raw");
    private static readonly Option<string?> Region = Named("--region", "where it stands, for its console", "NAME");
    private static readonly Option<string?> Url = Named(
        "--onboarding-url", "page for whoever gives the board its network over Bluetooth", "URL");
    private static readonly Option<string?> Ssid = Named(
        "--wifi-ssid", "Wi-Fi network; leave it out to give it over Bluetooth on site", "NAME");
    private static readonly Option<string?> PasswordFile = Named(
        "--wifi-password-file",
        $"file whose first line is the password, - for standard input; else ${PasswordVariable}",
        "FILE|-");
    private static readonly Option<bool> Open = new("--wifi-open") { Description = "the network has no password" };
    private static readonly Option<string?> Ca = Named(
        "--ca-certificate", "PEM file of the certificates that the broker's is checked with", "FILE");
    private static readonly Option<string?> Serial = Named("--serial-port", "port the board is at, for nanoff", "PORT");
    private static readonly Option<bool> Force = new("--force") { Description = "overwrite files that are there" };

    // Taken only to be refused: the parser's own message would repeat what follows.
    private static readonly Option<string[]> Password = new("--wifi-password")
    {
        Hidden = true,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>The command, reading a password from <paramref name="openInput"/> if told to.</summary>
    internal static Command Create(Func<Stream> openInput, Func<string, string?> environment)
    {
        var command = new Command(
            "provision",
            "Write lumenlink.cfg with files.json (nanoff --filedeployment) and, with a network or certificates, "
                + "network.json (nanoff --networkdeployment). Exit status: 0 written, 2 not.")
        {
            Out, Transport, Audience, RootKey, Hardware, Identity, Privacy, Region, Url, Ssid, PasswordFile, Open, Ca,
            Serial, Force, Password,
        };
        command.SetAction(parsed =>
        {
            InvocationConfiguration console = parsed.InvocationConfiguration;
            try
            {
                string folder = Path.GetFullPath(Needed(parsed, Out));
                ProvisionPlan plan = Plan(parsed, openInput, environment);
                Write(plan, folder, parsed.GetValue(Force), console.Output);
                return Done;
            }
            catch (ProvisionException problem)
            {
                console.Error.WriteLine("error: " + problem.Message);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                console.Error.WriteLine("error: " + problem.Message);
            }

            return BadInput;
        });
        return command;
    }

    private static ProvisionPlan Plan(ParseResult parsed, Func<Stream> openInput, Func<string, string?> environment)
    {
        if (parsed.GetResult(Password) is not null)
        {
            throw new ProvisionException(
                "A password on a command line is seen by everybody on the machine. Put it into a file "
                + $"(--wifi-password-file, - for standard input) or into ${PasswordVariable}.");
        }

        string[] transports = [.. (parsed.GetValue(Transport) ?? []).Select(ProvisionInput.Transport)];
        if (transports.Length is < 1 or > DeviceLimits.Transports)
        {
            throw new ProvisionException(
                $"Give --transport once to {DeviceLimits.Transports} times, the best one first.");
        }

        byte[][] keys = [.. (parsed.GetValue(RootKey) ?? []).Select(ProvisionInput.RootKey)];
        if (keys.Length is < 1 or > 2)
            throw new ProvisionException("Give --root-key once, or twice with the next one.");
        if (keys.Length == 2 && keys[0].AsSpan().SequenceEqual(keys[1]))
            throw new ProvisionException("The two root keys are the same.");
        string? certificate = parsed.GetValue(Ca);
        if (certificate is not null && !File.Exists(certificate))
            throw new ProvisionException($"--ca-certificate: there is no file \"{certificate}\".");
        return new ProvisionPlan
        {
            Transports = transports,
            Audience = ProvisionInput.Audience(Needed(parsed, Audience)),
            RootKeys = keys,
            Hardware = parsed.GetValue(Hardware) switch
            {
                "esp32-wrover" => HardwareModel.Esp32Wrover,
                "simulator" => HardwareModel.Simulator,
                _ => HardwareModel.Esp32S3,
            },
            HasFlashIdentity = parsed.GetValue(Identity) == "flash",
            IsRaw = parsed.GetValue(Privacy) == "raw",
            Region = parsed.GetValue(Region) is { } region ? ProvisionInput.Region(region) : null,
            OnboardingUrl = parsed.GetValue(Url) is { } url ? ProvisionInput.Url(url) : null,
            Wifi = Wifi(parsed, openInput, environment),
            SerialPort = parsed.GetValue(Serial) is { } name ? ProvisionInput.Line("--serial-port", name) : null,
            CaCertificate = certificate is null ? null : Path.GetFullPath(certificate),
        };
    }

    private static WifiNetwork? Wifi(ParseResult parsed, Func<Stream> openInput, Func<string, string?> environment)
    {
        string? file = parsed.GetValue(PasswordFile);
        bool isOpen = parsed.GetValue(Open);
        if (parsed.GetValue(Ssid) is not { } ssid)
        {
            return file is null && !isOpen
                ? null
                : throw new ProvisionException("A password, or none, belongs to a network: give --wifi-ssid.");
        }

        if (isOpen)
        {
            return file is null
                ? ProvisionInput.Wifi(ssid, null)
                : throw new ProvisionException("--wifi-open and --wifi-password-file exclude each other.");
        }

        string? password = file is null ? environment(PasswordVariable) : FirstLine(file, openInput);
        return ProvisionInput.Wifi(ssid, password ?? throw new ProvisionException(
            $"Give the password of the network: --wifi-password-file, or ${PasswordVariable}; or --wifi-open."));
    }

    private static string FirstLine(string file, Func<Stream> openInput)
    {
        using StreamReader reader = new(file == "-" ? openInput() : File.OpenRead(file));
        return reader.ReadLine() ?? "";
    }

    /// <summary>All of them, or none if one is there.</summary>
    private static void Write(ProvisionPlan plan, string folder, bool isForced, TextWriter output)
    {
        string configuration = Path.Combine(folder, "lumenlink.cfg");
        string files = Path.Combine(folder, "files.json");
        string network = Path.Combine(folder, "network.json");
        string? networkText = plan.NetworkDeployment();
        string[] paths = networkText is null ? [configuration, files] : [configuration, files, network];
        if (!isForced && paths.FirstOrDefault(File.Exists) is { } there)
            throw new ProvisionException($"{there} is there already; --force overwrites it.");
        foreach (string path in paths) File.Delete(path);
        RunFolder.WriteSecret(configuration, plan.Configuration());
        RunFolder.WriteSecret(files, plan.FileDeployment(configuration));
        if (networkText is not null) RunFolder.WriteSecret(network, networkText);
        output.WriteLine($"wrote {string.Join(", ", paths)}");
        output.WriteLine($"nanoff --filedeployment \"{files}\"");
        if (networkText is not null) output.WriteLine($"nanoff --networkdeployment \"{network}\"");
        if (plan.HasFlashIdentity)
        {
            output.WriteLine(
                "WARNING: this board keeps its identity key in flash. Whoever holds the board can copy the key and be "
                + "this beacon; the service calls it \"key in flash: can be copied\" and refuses it in production "
                + "unless its policy allows level software. The board makes the key in its first boot and tells the "
                + "public half on its console, for its enrolment.");
        }

        if (plan.Wifi is { Password: not null })
            output.WriteLine($"{network} holds the Wi-Fi password in plain text: delete it afterwards.");
        output.Flush();
    }

    private static string Needed(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) ?? throw new ProvisionException($"{option.Name} is missing.");

    private static Option<string?> Named(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };

    private static Option<string> Chosen(string name, string description, string usual, params string[] all)
    {
        Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => usual };
        option.AcceptOnlyFromAmong(all);
        return option;
    }
}
