using System.CommandLine;
using System.Security.Cryptography;
using LumenLink.Cli.Authority;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Cli.Release;

/// <summary>
/// lumen release: what may run on beacons. Who makes releases signs their measurements; an operator imports them into
/// the policy. Exit status: 0 done, 2 it cannot be done, and nothing was changed.
/// </summary>
internal sealed class ReleaseCommands
{
    private const int Done = ExitStatus.Done;
    private const int BadInput = ExitStatus.Misused;

    private readonly KeyOptions keys;
    private readonly TimeProvider time;
    private readonly Option<string> folder = new("--operator")
    {
        Description = "the operator folder",
        HelpName = "DIR",
        DefaultValueFactory = _ => Path.Combine(".data", "operator"),
    };

    private readonly Option<string> keyFolder = new("--keys")
    {
        Description = "folder of the key that signs releases",
        HelpName = "DIR",
        DefaultValueFactory = _ => "release-key",
    };

    private readonly Argument<string> name = new("name") { Description = "name of the release", HelpName = "NAME" };

    private ReleaseCommands(KeyOptions keys, TimeProvider time)
    {
        this.keys = keys;
        this.time = time;
    }

    /// <summary>The command and its own commands.</summary>
    /// <param name="keys">Where keys and passphrases come from.</param>
    /// <param name="time">Clock of manifests.</param>
    internal static Command Create(KeyOptions keys, TimeProvider time)
    {
        ReleaseCommands commands = new(keys, time);
        return new Command(
            "release",
            "Sign what a release deploys, and import it into an operator's policy. Exit status: 0 done, 2 it cannot be "
                + "done, and nothing was changed.")
        {
            commands.Init(), commands.Make(), commands.Import(), commands.List(), commands.Withdraw(),
        };
    }

    private Command Init()
    {
        Command init = new("init", "Make the key that signs releases.") { keyFolder };
        keys.AddTo(init, hasRoot: false);
        return On(init, parsed =>
        {
            SigningKeyFolder own = KeyOf(parsed);
            using ECDsa key = own.Create(parsed);
            Say(parsed, $"release key {SignedRelease.KeyId(P256Keys.ToBytes(key)!)}; operators pin {own.Public}");
        });
    }

    private Command Make()
    {
        Option<string> assemblies = new("--assemblies")
        {
            Description = "folder with the built firmware: LumenLink.Beacon.dll and the two below it",
            HelpName = "DIR",
            Required = true,
        };
        Option<int[]> models = new("--hardware-model")
        {
            Description = "a hardware model that it is for, 1 to 65535; once for each",
            HelpName = "N",
            Required = true,
        };
        Option<string> output = new("--out")
        {
            Description = "file for the signed manifest",
            HelpName = "FILE",
            Required = true,
        };
        Command make = new("make", "Measure a built firmware and sign the manifest.")
        {
            name, assemblies, models, output, keyFolder,
        };
        keys.AddTo(make, hasRoot: false);
        return On(make, parsed =>
        {
            ReleaseManifest manifest = new(
                parsed.GetValue(name)!, time.GetUtcNow().ToUnixTimeSeconds(),
                [ReleaseMaker.Measure(parsed.GetValue(assemblies)!, parsed.GetValue(models)!)]);
            if (manifest.Problem() is { } wrong)
                throw new ReleaseException($"It cannot be released: {wrong}.");
            using ECDsa key = KeyOf(parsed).Open(parsed);
            AuthorityFolder.Write(parsed.GetValue(output)!, SignedRelease.Sign(key, manifest) + "\n");
            Show(parsed, manifest);
        });
    }

    private Command Import()
    {
        Argument<string> file = new("file") { Description = "a signed manifest", HelpName = "FILE" };
        Option<string?> trust = new("--trust")
        {
            Description = "public key of whoever makes releases, release.pub: pin it first. Compare its id with them",
            HelpName = "FILE",
        };
        Command import = new("import", "Let the policy take what a release deploys, as its next version.")
        {
            file, trust, folder,
        };
        return On(import, parsed =>
        {
            PolicyFolder policy = new(parsed.GetValue(folder)!);
            if (parsed.GetValue(trust) is { } key)
                Say(parsed, $"pinned the release key {policy.Trust(key)}");
            (ReleaseManifest release, int? version) = policy.Import(parsed.GetValue(file)!);
            Show(parsed, release);
            Say(parsed, version is { } now
                ? $"policy {now} takes it once the service is started again; lumen policy test tries it before"
                : "it was imported before");
        });
    }

    private Command List()
    {
        Command list = new("list", "Show the imported releases, and which of them the policy takes.") { folder };
        return On(list, parsed =>
        {
            PolicyFolder policy = new(parsed.GetValue(folder)!);
            string[] taken = policy.ReadPolicy().Releases;
            foreach (string one in policy.Names)
            {
                Show(parsed, policy.ReadRelease(one));
                Say(parsed, taken.Contains(one) ? "  the policy takes it" : "  withdrawn");
            }
        });
    }

    private Command Withdraw()
    {
        Command withdraw = new(
            "withdraw", "Let the policy take a release no more, as its next version: its beacons fail to attest.")
        {
            name, folder,
        };
        return On(withdraw, parsed => Say(
            parsed,
            $"policy {new PolicyFolder(parsed.GetValue(folder)!).Withdraw(parsed.GetValue(name)!)} does not take it "
            + "once the service is started again"));
    }

    private SigningKeyFolder KeyOf(ParseResult parsed) =>
        new(parsed.GetValue(keyFolder)!, "release", "lumen release init", keys);

    private static void Show(ParseResult parsed, ReleaseManifest release)
    {
        Say(parsed, $"release {release.Release} of {DateTimeOffset.FromUnixTimeSeconds(release.IssuedAt):u}");
        foreach (ReleaseImage image in release.Images)
            Say(parsed, $"  hardware {string.Join(", ", image.HardwareModels)}: {image.Measurement}");
    }

    private static void Say(ParseResult parsed, string line) =>
        parsed.InvocationConfiguration.Output.WriteLine(line);

    private static Command On(Command command, Action<ParseResult> run)
    {
        command.SetAction(parsed =>
        {
            try
            {
                run(parsed);
                return Done;
            }
            catch (Exception problem) when (problem is ReleaseException or AuthorityException or IOException
                or UnauthorizedAccessException)
            {
                parsed.InvocationConfiguration.Error.WriteLine("error: " + problem.Message);
                return BadInput;
            }
        });
        return command;
    }
}
