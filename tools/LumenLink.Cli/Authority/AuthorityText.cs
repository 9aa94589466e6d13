using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Spectre.Console;

namespace LumenLink.Cli.Authority;

/// <summary>What lumen ca prints.</summary>
internal static class AuthorityText
{
    private const string Date = "yyyy-MM-dd";

    /// <summary>What was made, its fingerprints, and what to do now.</summary>
    public static void WriteFounded(TextWriter output, AuthorityFolder folder)
    {
        AuthorityIndex index = folder.ReadIndex();
        string mark = index.IsDevelopment ? "development" : "production";
        output.WriteLine($"made {folder.Path}, marked {mark}");
        WriteCertificate(output, "root", folder.RootCertificate);
        WriteCertificate(output, "device CA", folder.DeviceCaCertificate);
        output.WriteLine("Compare these fingerprints by another way than the files take.");
        output.WriteLine("Now:");
        if (index.DeviceCaKey.Store == KeyReference.File)
        {
            output.WriteLine("- Back up this folder after each use, and the passphrase apart from it.");
            if (index.RootKey is { } root)
            {
                output.WriteLine(
                    $"- Move {root.Id} off this machine: only the next device CA needs it (lumen ca init --root).");
            }
        }
        else
        {
            output.WriteLine("- Back up this folder after each use; back up the token as its maker says: its keys "
                + "cannot be taken out, so a lost token is a lost CA.");
        }

        output.WriteLine("- Make the first revocation list: lumen ca crl.");
        output.WriteLine(
            $"- Copy device-ca.crt and device-ca.crl to operator/device-cas/{mark}/ of the service, under one name.");
    }

    /// <summary>What the last revocation list is.</summary>
    public static void WriteList(TextWriter output, AuthorityIndex index) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"list {index.CrlNumber}: {index.Issued.Count(one => one.RevokedAt is not null)} revoked; the next one is due "
        + $"before {index.CrlNextUpdate:yyyy-MM-dd HH:mm} UTC"));

    /// <summary>Everything issued, for people.</summary>
    public static void WriteTable(TextWriter output, AuthorityIndex index, DateTimeOffset now)
    {
        Table table = PlainTable.Of("beacon", "serial", "issued", "until", "state");
        foreach (IssuedCertificate one in index.Issued)
        {
            string why = one.Reason is { } reason ? $" ({Word(reason)})" : "";
            table.AddRow(
                one.BeaconId, one.Serial, Day(one.IssuedAt), Day(one.NotAfter), Markup.Escape(one.State(now) + why));
        }

        table.WriteTo(output);
        output.WriteLine($"{index.Name}, marked {(index.IsDevelopment ? "development" : "production")}");
        if (index.CrlThisUpdate is not { } made)
        {
            output.WriteLine("No revocation list was made yet: lumen ca crl.");
            return;
        }

        WriteList(output, index);
        int untold = index.Issued.Count(one => one.RevokedAt > made);
        if (untold > 0)
            output.WriteLine($"{untold} revoked since that list was made: lumen ca crl.");
        if (now >= index.CrlNextUpdate)
            output.WriteLine("That list is over: lumen ca crl.");
    }

    /// <summary>Everything issued, for programs.</summary>
    public static void WriteJson(TextWriter output, AuthorityIndex index, DateTimeOffset now) =>
        output.WriteLine(AuthorityIndex.Text(new
        {
            index.Name,
            index.IsDevelopment,
            index.CrlNumber,
            index.CrlThisUpdate,
            index.CrlNextUpdate,
            Issued = index.Issued.Select(one => new
            {
                one.Serial,
                one.BeaconId,
                one.KeySha256,
                one.IssuedAt,
                one.NotAfter,
                one.RevokedAt,
                one.Reason,
                State = one.State(now),
            }),
        }));

    private static void WriteCertificate(TextWriter output, string what, string file)
    {
        using X509Certificate2 certificate = AuthorityFolder.ReadCertificate(file);
        string digits = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        string fingerprint = string.Join(':', digits.Chunk(2).Select(pair => new string(pair)));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {certificate.Subject}, valid until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"));
        output.WriteLine($"  SHA-256 {fingerprint}");
    }

    private static string Day(DateTimeOffset time) => time.ToString(Date, CultureInfo.InvariantCulture);

    private static string Word(X509RevocationReason reason) =>
        AuthorityInput.Reasons.First(pair => pair.Value == reason).Key;
}
