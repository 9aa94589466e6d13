using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>The calls that enrol, with bodies that are good unless a test spoils them.</summary>
internal static class EnrolmentCalls
{
    /// <summary>What enrols a board, by itself or through a group.</summary>
    public static JsonObject Request(
        this RunningService service, TestBeacon beacon, string? group = null, X509Certificate2? ca = null,
        byte[]? certificate = null)
    {
        JsonObject request = new()
        {
            ["public_key"] = Convert.ToBase64String(beacon.PublicKey),
            ["certificate"] = Pem(certificate ?? beacon.Enrolment(service.Operator, ca).Certificate),
        };
        if (group is not null)
        {
            request["group"] = group;
            return request;
        }

        request["name"] = beacon.Name;
        request["region"] = "loft";
        request["level"] = "emulated_chip";
        request["hardware_model"] = 65535;
        return request;
    }

    public static Task<HttpResponseMessage> PostBeaconAsync(
        this RunningService service, JsonObject request, bool isDryRun = false) => service.Http.PostAsJsonAsync(
        new Uri($"/api/v1/admin/beacons{(isDryRun ? "?dry_run=true" : "")}", UriKind.Relative), request);

    /// <summary>A group of the development CA.</summary>
    public static JsonObject Group(this RunningService service, string name) => new()
    {
        ["name"] = name,
        ["ca_sha256"] = service.Operator.DevelopmentCa.GetCertHashString(HashAlgorithmName.SHA256),
        ["level"] = "emulated_chip",
        ["hardware_model"] = 65535,
        ["regions"] = new JsonObject { ["hall-1"] = 3, ["hall-2"] = 1 },
        ["max_boards"] = 3,
        ["open_until"] = service.Now.AddDays(1).ToString("O"),
    };

    public static Task<HttpResponseMessage> PostGroupAsync(
        this RunningService service, string name, Action<JsonObject>? alter = null)
    {
        JsonObject group = service.Group(name);
        alter?.Invoke(group);
        return service.Http.PostAsJsonAsync(new Uri("/api/v1/admin/groups", UriKind.Relative), group);
    }

    public static string Pem(byte[] certificate) => PemEncoding.WriteString("CERTIFICATE", certificate);

    /// <summary>What is registered.</summary>
    public static Task<RegisteredBeacon?> FindAsync(this RunningService service, TestBeacon beacon) =>
        service.Store.FindBeaconAsync(beacon.Id, default);
}
