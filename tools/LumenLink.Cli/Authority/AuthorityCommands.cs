using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LumenLink.Cli.Authority;

/// <summary>
/// lumen ca: the operator's certificate authority for beacons. Exit status: 0 done, 1 files, token or passphrase did
/// not let it be done, 2 bad input.
/// </summary>
internal sealed class AuthorityCommands
{
    private const int Done = ExitStatus.Done;
    private const int Failed = ExitStatus.Failed;
    private const int DefaultCrlDays = 30;
    private const int MaxCrlDays = 366;

    private readonly KeyOptions keys;
    private readonly TimeProvider time;
    private readonly Option<string> ca = new("--ca")
    {
        Description = "folder of the CA",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => "ca",
    };

    private AuthorityCommands(KeyOptions keys, TimeProvider time)
    {
        this.keys = keys;
        this.time = time;
    }

    /// <summary>The command and its own commands.</summary>
    /// <param name="keys">Where keys and passphrases come from.</param>
    /// <param name="time">The clock of certificates and lists.</param>
    internal static Command Create(KeyOptions keys, TimeProvider time)
    {
        AuthorityCommands commands = new(keys, time);
        return new Command(
            "ca",
            "The operator's certificate authority for beacons. Exit status: 0 done, 1 files, token or passphrase "
                + "did not let it be done, 2 bad input.")
        {
            commands.Init(), commands.Issue(), commands.Revoke(), commands.Crl(), commands.List(),
        };
    }

    private Command Init()
    {
        Option<string> name = new("--name")
        {
            Description = "what the certificates call it",
            HelpName = "NAME",
            DefaultValueFactory = _ => "LumenLink",
        };
        Option<bool> development = new("--development")
        {
            Description = "mark it development: production refuses its beacons",
        };
        Option<string?> root = new("--root")
        {
            Description = "folder of a CA that holds the root: make the next device CA below it; else a new root too",
            HelpName = "FOLDER",
        };
        Command command = new("init", "Make a root and a device CA below it.") { name, development, root };
        keys.AddTo(command, hasRoot: true);
        return Of(command, (parsed, folder, output) =>
        {
            AuthorityFounding founding = new(
                AuthorityInput.Name(parsed.GetValue(name)!), parsed.GetValue(development), time.GetUtcNow(),
                place => keys.ForNew(parsed, place));
            founding.Found(
                folder, parsed.GetValue(root) is { } there ? new AuthorityFolder(there) : null,
                (place, key) => keys.ForRoot(parsed, place, key));
            AuthorityText.WriteFounded(output, folder);
        });
    }

    private Command Issue()
    {
        Option<string?> publicKey = new("--public-key")
        {
            Description = "the beacon's public key: 128 hex digits, base64, or a file of 64 bytes or PEM",
            HelpName = "HEX|BASE64|FILE",
        };
        Option<string?> request = new("--csr")
        {
            Description = "certificate request (PKCS#10, PEM) signed by the beacon's key",
            HelpName = "FILE",
        };
        Option<int> days = Days(CertificateProfiles.DeviceDays, "days of its validity");
        Option<string?> copy = new("--out") { Description = "where to put a copy", HelpName = "FILE" };
        Option<bool> renew = new("--renew") { Description = "the beacon may hold a valid certificate already" };
        Command command = new("issue", "Issue a beacon's certificate.") { publicKey, request, days, copy, renew };
        keys.AddTo(command, hasRoot: false);
        return Of(command, (parsed, folder, output) =>
        {
            byte[] key = (parsed.GetValue(publicKey), parsed.GetValue(request)) switch
            {
                ({ } text, null) => AuthorityInput.PublicKey(text),
                (null, { } csr) => AuthorityInput.Request(csr),
                _ => throw new AuthorityException("Give --public-key or --csr, one of them."),
            };
            int validity = AuthorityInput.Days(parsed.GetValue(days), CertificateProfiles.DeviceDays);
            string? target = parsed.GetValue(copy);
            if (target is not null && Path.Exists(target))
                throw new AuthorityException($"--out: {target} is there already.");
            using CertificateAuthority authority = CertificateAuthority.Open(folder, time);
            using IKeyStore store = keys.For(parsed, folder, authority.Index.DeviceCaKey);
            using ECDsa caKey = authority.OpenKey(store);
            IssuedCertificate issued = authority.Issue(caKey, key, validity, parsed.GetValue(renew));
            string file = folder.Issued(issued.Serial);
            if (target is not null)
                AuthorityFolder.Write(target, File.ReadAllText(file));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"issued {issued.Serial} to beacon {issued.BeaconId}, valid until {issued.NotAfter:yyyy-MM-dd}"));
            output.WriteLine(target ?? file);
        });
    }

    private Command Revoke()
    {
        Option<string?> serial = new("--serial") { Description = "a certificate's serial number", HelpName = "HEX" };
        Option<string?> beacon = new("--beacon")
        {
            Description = "a beacon id: all its certificates, 11 characters or 16 hex digits",
            HelpName = "ID",
        };
        Option<string> reason = new("--reason")
        {
            Description = "why (RFC 5280 section 5.3.1); after key-compromise the key gets no certificate any more",
            Required = true,
        };
        reason.AcceptOnlyFromAmong([.. AuthorityInput.Reasons.Keys]);
        Command command = new("revoke", "Revoke certificates; lumen ca crl then tells the service.")
        {
            serial, beacon, reason,
        };
        return Of(command, (parsed, folder, output) =>
        {
            var (what, which) = (parsed.GetValue(serial), parsed.GetValue(beacon)) switch
            {
                ({ } text, null) => BySerial(AuthorityInput.Serial(text)),
                (null, { } text) => ByBeacon(AuthorityInput.Beacon(text)),
                _ => throw new AuthorityException("Give --serial or --beacon, one of them."),
            };
            using CertificateAuthority authority = CertificateAuthority.Open(folder, time);
            X509RevocationReason why = AuthorityInput.Reasons[parsed.GetValue(reason)!];
            foreach (IssuedCertificate revoked in authority.Revoke(what, which, why))
                output.WriteLine($"revoked {revoked.Serial} of beacon {revoked.BeaconId}");
            output.WriteLine("The service learns of it from the next list: lumen ca crl.");
        });
    }

    private Command Crl()
    {
        Option<int> days = Days(DefaultCrlDays, "days until the next is due; after them nobody is attested");
        Option<string?> copy = new("--out")
        {
            Description = "where to put a copy: operator/device-cas/production/NAME.crl of the service, for one",
            HelpName = "FILE",
        };
        Command command = new("crl", "Make the next revocation list.") { days, copy };
        keys.AddTo(command, hasRoot: false);
        return Of(command, (parsed, folder, output) =>
        {
            int validity = AuthorityInput.Days(parsed.GetValue(days), MaxCrlDays);
            using CertificateAuthority authority = CertificateAuthority.Open(folder, time);
            using IKeyStore store = keys.For(parsed, folder, authority.Index.DeviceCaKey);
            using ECDsa caKey = authority.OpenKey(store);
            string pem = authority.MakeRevocationList(caKey, validity);
            if (parsed.GetValue(copy) is { } target)
                AuthorityFolder.Write(target, pem);
            AuthorityText.WriteList(output, authority.Index);
            output.WriteLine(parsed.GetValue(copy) ?? folder.RevocationList);
        });
    }

    private Command List()
    {
        Option<bool> json = new("--json") { Description = "print it as JSON" };
        Command command = new("list", "Show what was issued and revoked.") { json };
        return Of(command, (parsed, folder, output) =>
        {
            if (parsed.GetValue(json))
                AuthorityText.WriteJson(output, folder.ReadIndex(), time.GetUtcNow());
            else
                AuthorityText.WriteTable(output, folder.ReadIndex(), time.GetUtcNow());
        });
    }

    private static (string What, Func<IssuedCertificate, bool> Which) BySerial(string serial) =>
        ("certificate " + serial, one => one.Serial == serial);

    private static (string What, Func<IssuedCertificate, bool> Which) ByBeacon(string id) =>
        ("beacon " + id, one => one.BeaconId == id);

    private static Option<int> Days(int usual, string description) =>
        new("--days") { Description = description, HelpName = "N", DefaultValueFactory = _ => usual };

    private Command Of(Command command, Action<ParseResult, AuthorityFolder, TextWriter> action)
    {
        command.Options.Add(ca);
        command.SetAction(parsed =>
        {
            InvocationConfiguration console = parsed.InvocationConfiguration;
            try
            {
                action(parsed, new AuthorityFolder(parsed.GetValue(ca)!), console.Output);
                return Done;
            }
            catch (AuthorityException problem)
            {
                console.Error.WriteLine("error: " + problem.Message);
                return problem.Status;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                console.Error.WriteLine("error: " + problem.Message);
                return Failed;
            }
        });
        return command;
    }
}
