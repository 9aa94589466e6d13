using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Admin;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Admin;

/// <summary>Boards enrolled over a service that listens.</summary>
public sealed class EnrolmentApiTests
{
    private const string Token = "a-token-that-is-long-enough";

    /// <summary>64 zeros in base64, which are no point of the curve.</summary>
    private const string NoPoint =
        "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\"";

    [Fact]
    public async Task A_board_is_enrolled_once_and_the_same_again_changes_nothing()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = new("attic");
        JsonObject request = service.Request(beacon);
        using HttpResponseMessage created = await service.PostBeaconAsync(request);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal($"/api/v1/beacons/{beacon.IdText}", $"{created.Headers.Location}");
        RegisteredBeacon first = (await service.FindAsync(beacon))!;
        using HttpResponseMessage again = await service.PostBeaconAsync(request);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        JsonElement told = await JsonAsync(again);
        Assert.Equal(
            ("already_enrolled", beacon.IdText, "attic", "loft"),
            (Text(told, "outcome"), Text(told, "id"), Text(told, "name"), Text(told, "region")));
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(first.Enrolment.Certificate);
        Assert.Equal(certificate.SerialNumber.ToLowerInvariant(), Text(told, "certificate_serial"));
        Assert.Equal(first.EidKeyWrapped, (await service.FindAsync(beacon))!.EidKeyWrapped);
        Assert.Equal(IngestOutcome.Attested, await service.AttestAsync(beacon));
    }

    [Fact]
    public async Task What_was_enrolled_at_one_replica_attests_at_another_at_once()
    {
        await using RunningService first = await RunningService.StartAsync();
        await using RunningService second = await first.StartReplicaAsync();
        TestBeacon beacon = new("attic");
        Assert.Equal(IngestOutcome.AttestationRefused, await second.AttestAsync(beacon)); // it is nobody yet
        using HttpResponseMessage created = await first.PostBeaconAsync(first.Request(beacon));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(IngestOutcome.Attested, await second.AttestAsync(beacon));
        await second.SendAsync(beacon, TestRecords.Report(1, [1]));
    }

    [Theory]
    [InlineData("name", "\"cellar\"", "name")]
    [InlineData("region", "\"barn\"", "region")]
    [InlineData("level", "\"software\"", "level")]
    [InlineData("hardware_model", "7", "hardware_model")]
    [InlineData("certificate", null, "certificate")]
    public async Task The_same_key_with_another_record_is_refused_and_what_differs_is_said(
        string field, string? value, string differs)
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = new("attic");
        JsonObject request = service.Request(beacon);
        (await service.PostBeaconAsync(request)).Dispose();
        request[field] = value is null
            ? EnrolmentCalls.Pem(beacon.Enrolment(service.Operator).Certificate) // another serial number
            : JsonNode.Parse(value);
        using HttpResponseMessage refused = await service.PostBeaconAsync(request);
        JsonElement problem =
            await RunningService.ProblemAsync(refused, HttpStatusCode.Conflict, "enrolment_differs");
        Assert.Contains($"another {differs}.", Text(problem, "detail"), StringComparison.Ordinal);
        Assert.Equal(differs, Text(problem, "parameter"));
        Assert.Equal("attic", (await service.FindAsync(beacon))!.Enrolment.Name);
    }

    [Fact]
    public async Task Another_key_with_the_same_id_is_refused()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = new("attic");
        (await service.PostBeaconAsync(service.Request(beacon))).Dispose();
        await service.Database.ExecuteAsync(
            "UPDATE beacons SET public_key = randomblob(64), key_hash = randomblob(32)");
        using HttpResponseMessage refused = await service.PostBeaconAsync(service.Request(beacon));
        await RunningService.ProblemAsync(refused, HttpStatusCode.Conflict, "id_collision");
        Assert.Equal(1, await service.Database.CountAsync("beacons"));
    }

    [Theory]
    [InlineData("name", "\"\"", "name")]
    [InlineData("name", "\"a\\nb\"", "name")]
    [InlineData("name", null, "name")]
    [InlineData("region", "\"012345678901234567890123456789012\"", "region")]
    [InlineData("public_key", "\"AAAA\"", "public_key")]
    [InlineData("public_key", NoPoint, "public_key")]
    [InlineData("certificate", null, "certificate")]
    [InlineData("level", "\"platinum\"", "level")]
    [InlineData("level", null, "level")]
    [InlineData("hardware_model", "0", "hardware_model")]
    [InlineData("hardware_model", null, "hardware_model")]
    [InlineData("issuer", "\"x\"", "issuer")]
    public async Task A_field_that_cannot_be_is_named(string field, string? value, string named)
    {
        await using RunningService service = await RunningService.StartAsync();
        JsonObject request = service.Request(new TestBeacon("attic"));
        request[field] = value is null ? null : JsonNode.Parse(value);
        using HttpResponseMessage refused = await service.PostBeaconAsync(request);
        JsonElement problem =
            await RunningService.ProblemAsync(refused, HttpStatusCode.BadRequest, "invalid_parameter");
        Assert.Equal(named, Text(problem, "parameter"));
        Assert.Equal(0, await service.Database.CountAsync("beacons"));
    }

    /// <summary>Each is put past the desk too, to see what the field would have said of it.</summary>
    [Theory]
    [InlineData("foreign", "certificate_untrusted", 409, AttestationOutcome.ChainUntrusted)]
    [InlineData("expired", "certificate_expired", 409, AttestationOutcome.ChainExpired)]
    [InlineData("revoked", "certificate_revoked", 409, AttestationOutcome.Revoked)]
    [InlineData("list", "revocation_list_unusable", 409, AttestationOutcome.CouldNotCheck)]
    [InlineData("other key", "certificate_for_another_key", 400, AttestationOutcome.KeyMismatch)]
    [InlineData("RSA", "certificate_invalid", 400, AttestationOutcome.KeyMismatch)]
    [InlineData("level", "level_not_allowed", 409, AttestationOutcome.LevelNotAllowed)]
    [InlineData("policy", "level_not_allowed", 409, AttestationOutcome.LevelNotAllowed)]
    public async Task What_an_attestation_would_refuse_is_refused_at_the_desk(
        string fault, string code, int status, AttestationOutcome inTheField)
    {
        TestBeacon beacon = new("attic");
        byte[]? leaf = null;
        await using RunningService service = await RunningService.StartAsync(trust: material => fault switch
        {
            "policy" => material with
            {
                Policy = ReferencePolicy.Parse("""{"version":1,"levels":{"development":["software"]}}"""),
            },
            _ => material,
        });
        TestOperator op = service.Operator;
        leaf = fault switch
        {
            "foreign" => beacon.Enrolment(op, op.ForeignCa).Certificate,
            "expired" => beacon.ExpiredCertificate(op),
            "other key" => new TestBeacon().Enrolment(op).Certificate,
            "RSA" => RsaCertificate(op),
            _ => beacon.Enrolment(op).Certificate,
        };
        JsonObject request = service.Request(beacon, certificate: leaf);
        if (fault == "level")
            request["level"] = "secure_element";
        await using RunningService strict = fault is "revoked" or "list"
            ? await RunningService.StartAsync(trust: material => material with { DeviceCas = Listed(op, fault, leaf) })
            : await service.StartReplicaAsync();
        using HttpResponseMessage refused = await strict.PostBeaconAsync(request);
        await RunningService.ProblemAsync(refused, (HttpStatusCode)status, code);
        Assert.Equal(0, await strict.Database.CountAsync("beacons"));
        using HttpResponseMessage dry = await strict.PostBeaconAsync(request, isDryRun: true);
        await RunningService.ProblemAsync(dry, (HttpStatusCode)status, code);

        SecurityLevel level = fault == "level" ? SecurityLevel.SecureElement : SecurityLevel.EmulatedChip;
        await strict.EnrolPastTheDeskAsync(beacon, beacon.Enrolment(op) with { Certificate = leaf, Level = level });
        await strict.AttestAsync(beacon);
        if (inTheField == AttestationOutcome.CouldNotCheck)
            Assert.Equal(0, await strict.Database.CountAsync("attestations")); // which is no verdict
        else
            Assert.Equal(1, await strict.Database.CountAsync($"attestations WHERE outcome = {(int)inTheField}"));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_changes_nothing()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = new("attic");
        using HttpResponseMessage dry = await service.PostBeaconAsync(service.Request(beacon), isDryRun: true);
        JsonElement told = await JsonAsync(dry);
        Assert.Equal(
            (HttpStatusCode.OK, "enrolled", true),
            (dry.StatusCode, Text(told, "outcome"), told.GetProperty("dry_run").GetBoolean()));
        Assert.Equal(0, await service.Database.CountAsync("beacons"));

        // A certificate that is not issued yet: the CA that will is asked about instead.
        foreach ((X509Certificate2 ca, string? code) in ((X509Certificate2, string?)[])
            [(service.Operator.DevelopmentCa, null), (service.Operator.ForeignCa, "certificate_untrusted")])
        {
            JsonObject planned = service.Request(beacon);
            planned.Remove("certificate");
            planned["issuer"] = ca.ExportCertificatePem();
            using HttpResponseMessage answer = await service.PostBeaconAsync(planned, isDryRun: true);
            if (code is null)
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            else
                await RunningService.ProblemAsync(answer, HttpStatusCode.Conflict, code);
            using HttpResponseMessage real = await service.PostBeaconAsync(planned);
            await RunningService.ProblemAsync(real, HttpStatusCode.BadRequest, "invalid_parameter");
        }
    }

    [Fact]
    public async Task A_revoked_beacon_is_not_enrolled_again()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = new("attic");
        JsonObject request = service.Request(beacon);
        (await service.PostBeaconAsync(request)).Dispose();
        await service.Store.RevokeAsync(beacon.Id, "x", service.Now, default);
        using HttpResponseMessage refused = await service.PostBeaconAsync(request);
        await RunningService.ProblemAsync(refused, HttpStatusCode.Conflict, "beacon_revoked");
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Forbidden, "admin_not_allowed")]
    [InlineData(Token, HttpStatusCode.Unauthorized, "admin_token_required")]
    public async Task Enrolment_is_behind_the_gate(string? token, HttpStatusCode status, string code)
    {
        await using RunningService service = await RunningService.StartAsync(
            environment: ServiceEnvironment.Production, adminToken: token);
        TestBeacon beacon = new("attic");
        HttpResponseMessage[] refused =
        [
            await service.PostBeaconAsync(service.Request(beacon)), await service.PostGroupAsync("spring"),
            await service.Http.GetAsync(new Uri("/api/v1/admin/groups", UriKind.Relative)),
            await service.Http.PostAsync(new Uri("/api/v1/admin/groups/spring/closing", UriKind.Relative), null),
            await service.Http.PutAsync(
                new Uri("/api/v1/admin/groups/spring/regions", UriKind.Relative), JsonContent.Create(new { })),
        ];
        foreach (HttpResponseMessage response in refused)
        {
            await RunningService.ProblemAsync(response, status, code);
            response.Dispose();
        }

        Assert.Equal(0, await service.Database.CountAsync("beacons"));
        Assert.Equal(0, await service.Database.CountAsync("enrolment_groups"));
    }

    [Fact]
    public async Task The_log_says_who_enrolled_and_not_with_what_token()
    {
        using LogCapture log = new();
        await using RunningService service = await RunningService.StartAsync(
            replace: log.Install, adminToken: Token);
        service.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        TestBeacon beacon = new("attic");
        (await service.PostGroupAsync("spring")).Dispose();
        (await service.PostBeaconAsync(service.Request(beacon))).Dispose();
        (await service.PostBeaconAsync(service.Request(new TestBeacon(), group: "none"))).Dispose();
        string[] lines = [.. log.Lines.Select(line => line.Text)];
        string[] expected =
        [
            "Enrolment group spring was made, asked for by admin token",
            $"Enrolled {beacon.IdText} (attic): Enrolled, asked for by admin token",
            "An enrolment was refused: GroupUnknown, asked for by admin token",
        ];
        Assert.All(expected, line => Assert.Contains(lines, text => text.Contains(line, StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_outcome_has_a_problem_of_its_own()
    {
        ProblemCode[] codes =
        [
            .. Enum.GetValues<EnrolOutcome>().Except([EnrolOutcome.Enrolled, EnrolOutcome.AlreadyEnrolled])
                .Select(EnrolmentEndpoint.CodeOf),
        ];
        Assert.Equal(codes.Length, codes.Distinct().Count());
        ProblemCode[] ofGroups =
        [
            .. Enum.GetValues<GroupOutcome>().Except([GroupOutcome.Created, GroupOutcome.Exists])
                .Select(GroupEndpoints.CodeOf),
        ];
        Assert.Equal(ofGroups.Length, ofGroups.Distinct().Count());
        Assert.All(codes.Concat(ofGroups), code => Assert.InRange(Problems.Details(code, "").Status!.Value, 400, 409));
        Assert.All(codes.Concat(ofGroups), code => Assert.NotEqual("The service failed", Problems.TitleOf(code)));
    }

    private static DeviceCaFolder Listed(TestOperator op, string fault, byte[] leaf) => DeviceCaFolder.Of(op.PinnedFor(
        op.DevelopmentCa, fault == "revoked" ? op.Crl(op.DevelopmentCa, leaf) : [1, 2, 3]));

    private static byte[] RsaCertificate(TestOperator op)
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=beacon", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using ECDsa caKey = op.DevelopmentCa.GetECDsaPrivateKey()!;
        return request.Create(
            op.DevelopmentCa.SubjectName, X509SignatureGenerator.CreateForECDsa(caKey), op.Now.AddDays(-1),
            op.Now.AddDays(1), [1, 2, 3]).RawData;
    }

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
}
