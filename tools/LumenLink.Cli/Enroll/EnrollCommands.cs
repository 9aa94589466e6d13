using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Beacon;

namespace LumenLink.Cli.Enroll;

/// <summary>
/// lumen enroll: enrols boards over the running service, one or a file of them, with certificates that are there or
/// that the CA issues on the way. Exit status: 0 all are enrolled, 1 the service, the CA or a line was refused, 2 bad
/// input.
/// </summary>
internal sealed class EnrollCommands
{
    private const int Done = ExitStatus.Done;
    private const int Refused = ExitStatus.Failed;
    private const int BadInput = ExitStatus.Misused;

    private readonly EnrollContext context;
    private readonly KeyOptions keys;
    private readonly TimeProvider time;

    private readonly Option<string?> publicKey = new("--public-key")
    {
        Description = "the board's public key: 128 hex digits, base64, or a file of 64 bytes or PEM",
        HelpName = "HEX|BASE64|FILE",
    };

    private readonly Option<string?> certificate = new("--certificate")
    {
        Description = "certificate that was issued already, PEM or DER",
        HelpName = "FILE",
    };

    private readonly Option<string?> name = new("--name") { Description = "name for people", HelpName = "NAME" };
    private readonly Option<string?> region = new("--region") { Description = "region label", HelpName = "REGION" };
    private readonly Option<string?> level = new("--level")
    {
        Description = "how the residency of the key was proven: secure-element, emulated-chip, software",
        HelpName = "LEVEL",
    };

    private readonly Option<string?> model = new("--hardware-model")
    {
        Description = "hardware model number",
        HelpName = "N",
    };

    private readonly Option<string?> group = new("--group")
    {
        Description = "enrolment group, which says level, region and name",
        HelpName = "GROUP",
    };

    private readonly Option<string?> at = LocationText.Option("where the board is");
    private readonly Option<string?> ca = new("--ca")
    {
        Description = "folder of the CA that issues certificates to keys that hold none",
        HelpName = "FOLDER",
    };

    private readonly Option<int> days = new("--days")
    {
        Description = "days that such a certificate is valid",
        HelpName = "N",
        DefaultValueFactory = _ => CertificateProfiles.DeviceDays,
    };

    private readonly Option<bool> dryRun = new("--dry-run") { Description = "check everything, change nothing" };
    private readonly Option<bool> json = new("--json") { Description = "print it as JSON" };

    private EnrollCommands(EnrollContext context, KeyOptions keys, TimeProvider time)
    {
        this.context = context;
        this.keys = keys;
        this.time = time;
    }

    /// <summary>The command and its own commands.</summary>
    /// <param name="handler">Carries calls to the service.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <param name="keys">Where the CA's keys and passphrases come from.</param>
    /// <param name="time">The clock of certificates.</param>
    internal static Command Create(
        Func<HttpMessageHandler> handler, Func<string, string?> environment, KeyOptions keys, TimeProvider time)
    {
        EnrollContext context = new(handler, environment);
        EnrollCommands commands = new(context, keys, time);
        Command enroll = commands.One();
        enroll.Subcommands.Add(commands.Batch());
        enroll.Subcommands.Add(GroupCommands.Create(context));
        return enroll;
    }

    private Command One()
    {
        Command command = new(
            "enroll",
            $"Enrol boards over the service. The admin token is taken from ${ServiceClient.TokenVariable}. Exit "
            + "status: 0 all are enrolled, 1 refused, 2 bad input.")
        {
            publicKey, certificate, name, region, at, level, model, group, ca, days, dryRun, context.Service, json,
        };
        command.Aliases.Add("enrol");
        keys.AddTo(command, hasRoot: false);
        return context.Of(command, "", async (parsed, client) =>
        {
            BoardTerms terms = Usual(parsed) with
            {
                PublicKey = parsed.GetValue(publicKey),
                Certificate = parsed.GetValue(certificate),
                Name = parsed.GetValue(name),
                Location = parsed.GetValue(at),
            };
            Board board = Board.Read(terms, ".");
            using DeskKeys authority = OpenCa(parsed);
            EnrollDesk desk = new(client, authority.Desk, parsed.GetValue(dryRun));
            JsonElement answer = await desk.EnrollAsync(board);
            parsed.InvocationConfiguration.Output.WriteLine(
                parsed.GetValue(json) ? answer.GetRawText() : EnrollText.Board(answer));
            return Done;
        });
    }

    private Command Batch()
    {
        Argument<string> file = new("file")
        {
            Description = "CSV with a header of these columns: " + string.Join(", ", BoardsFile.Columns)
                + "; files in it are looked for beside it",
            HelpName = "BOARDS.CSV",
        };
        Option<string?> results = new("--out")
        {
            Description = "where the results go, CSV; else beside the boards as BOARDS.results.csv",
            HelpName = "FILE",
        };
        Command command = new(
            "batch", "Enrol the boards of a file. Options say what lines leave out. It may be run again at any time.")
        {
            file, results, region, level, model, group, ca, days, dryRun, context.Service, json,
        };
        keys.AddTo(command, hasRoot: false);
        return context.Of(command, "", async (parsed, client) =>
        {
            string boards = parsed.GetValue(file)!;
            string target = parsed.GetValue(results) ?? Path.ChangeExtension(boards, ".results.csv");
            if (Path.GetFullPath(target) == Path.GetFullPath(boards))
                throw new BeaconException("--out: that is the file of the boards.", isInput: true);
            IReadOnlyList<FileLine> lines = BoardsFile.Read(boards);
            using DeskKeys authority = OpenCa(parsed);
            EnrollBatch batch = new(
                new EnrollDesk(client, authority.Desk, parsed.GetValue(dryRun)), Usual(parsed),
                Path.GetDirectoryName(Path.GetFullPath(boards))!);
            InvocationConfiguration console = parsed.InvocationConfiguration;
            await using StreamWriter writer = new(target);
            IReadOnlyList<LineResult> all = await EnrollText.WithProgressAsync(
                console.Error, lines.Count, done => batch.RunAsync(lines, writer, done));
            if (parsed.GetValue(json))
                EnrollText.WriteJson(console.Output, all);
            else
                EnrollText.WriteSummary(console.Output, all, target, parsed.GetValue(dryRun));
            EnrollText.WriteProblems(console.Error, all);
            return all.All(one => one.Outcome <= LineOutcome.AlreadyEnrolled) ? Done : Refused;
        });
    }

    private BoardTerms Usual(ParseResult parsed) => new(
        null, null, null, parsed.GetValue(region), parsed.GetValue(level), parsed.GetValue(model),
        parsed.GetValue(group));

    /// <summary>The CA that is to issue, if there is one; its key stays closed in a dry run.</summary>
    private DeskKeys OpenCa(ParseResult parsed)
    {
        if (parsed.GetValue(ca) is not { } path)
            return new DeskKeys(null, null, null, 0);
        int validity = AuthorityInput.Days(parsed.GetValue(days), CertificateProfiles.DeviceDays);
        AuthorityFolder folder = new(path);
        CertificateAuthority authority = CertificateAuthority.Open(folder, time);
        IKeyStore? store = null;
        try
        {
            if (parsed.GetValue(dryRun))
                return new DeskKeys(authority, null, null, validity);
            store = keys.For(parsed, folder, authority.Index.DeviceCaKey);
            return new DeskKeys(authority, store, authority.OpenKey(store), validity);
        }
        catch
        {
            store?.Dispose();
            authority.Dispose();
            throw;
        }
    }

    /// <summary>A CA with its key open, if there is one.</summary>
    private sealed class DeskKeys(CertificateAuthority? authority, IKeyStore? store, ECDsa? key, int days) : IDisposable
    {
        public DeskAuthority? Desk => authority is null ? null : new DeskAuthority(authority, key, days);

        public void Dispose()
        {
            key?.Dispose();
            store?.Dispose();
            authority?.Dispose();
        }
    }
}
