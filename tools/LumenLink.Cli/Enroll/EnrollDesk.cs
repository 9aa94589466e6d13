using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Beacon;

namespace LumenLink.Cli.Enroll;

/// <summary>A CA at work for a desk.</summary>
/// <param name="Authority">The CA, held as long as the desk works.</param>
/// <param name="Key">Its key; null in a dry run, which issues nothing.</param>
/// <param name="Days">How long certificates are valid.</param>
internal sealed record DeskAuthority(CertificateAuthority Authority, ECDsa? Key, int Days);

/// <summary>
/// Enrols boards one after the other: finds or issues the certificate, and asks the service. Everything may be done
/// again: a key that holds a certificate keeps it, and the service knows an enrolment that it has.
/// </summary>
/// <param name="client">Calls the service.</param>
/// <param name="ca">Issues what is missing; null: each board brings its certificate.</param>
/// <param name="isDryRun">Everything is checked and nothing changed.</param>
internal sealed class EnrollDesk(ServiceClient client, DeskAuthority? ca, bool isDryRun)
{
    private const string Call = "beacons";
    private const string DryCall = Call + "?dry_run=true";

    /// <summary>Enrols a board; the service's answer.</summary>
    /// <exception cref="BeaconException">The service refused, or is not reached.</exception>
    /// <exception cref="AuthorityException">The CA does not issue.</exception>
    public async Task<JsonElement> EnrollAsync(Board board)
    {
        string? certificate = board.CertificatePem ?? ca?.Authority.FindValid(board.PublicKey);
        if (certificate is null && ca is null)
            throw new BeaconException("There is no certificate: give certificate, or --ca to issue one.", true);
        if (certificate is not null)
            return await client.PostAsync(isDryRun ? DryCall : Call, Request(board, "certificate", certificate));

        // Nothing is issued to a board that the service would refuse.
        JsonElement planned = await client.PostAsync(
            DryCall, Request(board, "issuer", ca!.Authority.Certificate.ExportCertificatePem()));
        if (isDryRun)
            return planned;
        string issued = ca.Authority.IssueFirst(ca.Key!, board.PublicKey, ca.Days);
        return await client.PostAsync(Call, Request(board, "certificate", issued));
    }

    private static JsonObject Request(Board board, string member, string pem)
    {
        JsonObject request = new()
        {
            ["public_key"] = Convert.ToBase64String(board.PublicKey),
            [member] = pem,
        };
        BoardTerms terms = board.Terms;
        foreach ((string name, string? text) in (IEnumerable<(string, string?)>)
            [
                ("name", terms.Name), ("region", terms.Region), ("level", Underlined(terms.Level)),
                ("group", terms.Group),
            ])
        {
            if (text is not null)
                request[name] = text;
        }

        if (board.HardwareModel is { } model)
            request["hardware_model"] = model;
        if (board.Location is { } location)
            request["location"] = LocationText.Json(location);
        return request;
    }

    private static string? Underlined(string? level) => level?.Replace('-', '_');
}
