using System.CommandLine;
using System.Security.Cryptography;
using LumenLink.Cli.Authority;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Cli.Keys;

/// <summary>
/// lumen keys: the service keys of an operator folder. A running service takes a change up within a minute. Exit
/// status: 0 done, 2 it cannot be done, and nothing was changed.
/// </summary>
internal sealed class KeysCommands
{
    private const int Done = ExitStatus.Done;
    private const int BadInput = ExitStatus.Misused;

    private readonly TimeProvider time;
    private readonly Option<string> folder = new("--operator")
    {
        Description = "the operator folder",
        HelpName = "DIR",
        DefaultValueFactory = _ => Path.Combine(".data", "operator"),
    };

    private readonly KeyOptions keyOptions;

    private readonly Option<string?> root = new("--root")
    {
        Description = "folder of the operator root's key, as lumen keys init made it",
        HelpName = "DIR",
    };

    private readonly Option<string?> rootKey = new("--root-key")
    {
        Description = "of a development run: the root's private key in the clear, PEM; else root-key.pem in the "
            + "operator folder",
        HelpName = "FILE",
    };

    private readonly Argument<string> usage = new("usage")
    {
        Description = "what the key signs: " + string.Join(", ", Enum.GetValues<KeyUsage>().Select(KeyUsages.Text)),
        HelpName = "USAGE",
    };

    private KeysCommands(KeyOptions keyOptions, TimeProvider time)
    {
        this.keyOptions = keyOptions;
        this.time = time;
        usage.AcceptOnlyFromAmong([.. Enum.GetValues<KeyUsage>().Select(KeyUsages.Text)]);
    }

    /// <summary>The command and its own commands.</summary>
    /// <param name="keyOptions">Where the root's key and its passphrase come from.</param>
    /// <param name="time">Clock that keys start and end by.</param>
    internal static Command Create(KeyOptions keyOptions, TimeProvider time)
    {
        KeysCommands commands = new(keyOptions, time);
        return new Command("keys", "The operator root, and the service keys that it certifies.")
        {
            commands.Init(), commands.List(), commands.Rotate(), commands.Revoke(),
        };
    }

    private Command Init()
    {
        Option<string> made = new("--root")
        {
            Description = "folder for the root's key; keep it away from the service",
            HelpName = "DIR",
            Required = true,
        };
        Command init = new("init", "Make the operator root that beacons and clients pin, and the first service keys.")
        {
            made, folder,
        };
        keyOptions.AddTo(init, hasRoot: false);
        return On(init, (parsed, keys, now) =>
        {
            if (keys.IsPinned)
                throw new KeysException("the operator folder has a root already: lumen keys rotate --root DIR");
            SigningKeyFolder own = RootOf(parsed.GetValue(made)!);
            using ECDsa key = own.Create(parsed);
            keys.Pin(P256Keys.ToBytes(key)!);
            Show(parsed, keys.Complete(now, () => key), now);
            parsed.InvocationConfiguration.Output.WriteLine($"beacons and clients pin {own.Public}");
        });
    }

    private Command List()
    {
        Command list = new("list", "Show every key and how it stands.") { folder };
        return On(list, (parsed, keys, now) => Show(parsed, keys.Read(), now));
    }

    private Command Rotate()
    {
        Option<int> delay = Minutes(
            "--delay-minutes", "how long the new key is published before it signs", KeyRotation.DefaultDelay);
        Option<int> overlap = Minutes(
            "--overlap-minutes", "how long what the key before signed is taken after that",
            KeyRotation.DefaultOverlap);
        Command rotate = new("rotate", "Make a new key, certified by the root with the next version.")
        {
            usage, delay, overlap, folder, root, rootKey,
        };
        keyOptions.AddTo(rotate, hasRoot: false);
        return On(rotate, (parsed, keys, now) => Change(parsed, keys, now, manifest => KeyRotation.Rotate(
            manifest, UsageOf(parsed), now, TimeSpan.FromMinutes(parsed.GetValue(delay)),
            TimeSpan.FromMinutes(parsed.GetValue(overlap)))));
    }

    private Command Revoke()
    {
        Argument<uint> version = new("version") { Description = "version of the key", HelpName = "VERSION" };
        Command revoke = new(
            "revoke",
            "Take a key out of use at once and destroy its files; the newest one gets a successor. Beacons and "
            + "clients refuse it as soon as they have seen a later one.")
        {
            usage, version, folder, root, rootKey,
        };
        keyOptions.AddTo(revoke, hasRoot: false);
        return On(revoke, (parsed, keys, now) => Change(parsed, keys, now, manifest =>
            KeyRotation.Revoke(manifest, UsageOf(parsed), parsed.GetValue(version), now)));
    }

    private Command On(Command command, Action<ParseResult, ServiceKeyFolder, DateTimeOffset> run)
    {
        command.SetAction(parsed =>
        {
            try
            {
                run(parsed, new ServiceKeyFolder(parsed.GetValue(folder)!), Now());
                return Done;
            }
            catch (Exception problem) when (problem is KeysException or AuthorityException or IOException
                or UnauthorizedAccessException)
            {
                parsed.InvocationConfiguration.Error.WriteLine("error: " + problem.Message);
                return BadInput;
            }
        });
        return command;
    }

    private void Change(
        ParseResult parsed, ServiceKeyFolder keys, DateTimeOffset now, Func<KeyManifest, KeyManifest> change)
    {
        KeyManifest after = keys.Change(change, () => parsed.GetValue(root) is { } there
            ? RootOf(there).Open(parsed)
            : ServiceKeyFolder.OpenRoot(parsed.GetValue(rootKey) ?? keys.RootKey));
        Show(parsed, new KeyManifest([.. after.Of(UsageOf(parsed))]), now);
    }

    private SigningKeyFolder RootOf(string path) => new(path, "root", "lumen keys init", keyOptions);

    private static void Show(ParseResult parsed, KeyManifest manifest, DateTimeOffset now)
    {
        foreach (KeyUsage one in Enum.GetValues<KeyUsage>())
        {
            KeyEntry[] good = [.. manifest.Of(one).Where(entry => entry.RevokedAt is null)];
            KeyEntry? signing = KeyRotation.Signing(good, now);
            foreach (KeyEntry entry in manifest.Of(one))
                parsed.InvocationConfiguration.Output.WriteLine($"{entry.Name}: {Words(entry, entry == signing, now)}");
        }
    }

    private static string Words(KeyEntry entry, bool signs, DateTimeOffset now) =>
        entry.RevokedAt is { } revoked ? $"revoked at {revoked:u}"
        : signs ? $"signs since {entry.StartsAt:u}"
        : entry.StartsAt > now ? $"published, signs from {entry.StartsAt:u}"
        : entry.EndsAt is { } end && end > now ? $"signs no more, is taken until {end:u}"
        : $"over since {entry.EndsAt:u}";

    /// <summary>Whole seconds: what is shown is what is kept.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());

    private KeyUsage UsageOf(ParseResult parsed) =>
        Enum.GetValues<KeyUsage>().First(one => one.Text() == parsed.GetValue(usage));

    private static Option<int> Minutes(string name, string words, TimeSpan otherwise)
    {
        Option<int> option = new(name)
        {
            Description = words,
            HelpName = "N",
            DefaultValueFactory = _ => (int)otherwise.TotalMinutes,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 60 * 24 * 366)
                result.AddError($"{name} takes minutes from 0 to a year.");
        });
        return option;
    }
}
