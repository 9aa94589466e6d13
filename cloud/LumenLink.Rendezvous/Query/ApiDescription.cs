using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Scope = LumenLink.Rendezvous.Access.Scope;

namespace LumenLink.Rendezvous.Query;

/// <summary>
/// Writes into the API description what endpoints say of themselves: query parameters, examples, what it is.
/// </summary>
internal sealed class ApiDescription(IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json)
    : IOpenApiDocumentTransformer, IOpenApiOperationTransformer
{
    private const string KeyScheme = "key";

    /// <inheritdoc/>
    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "LumenLink rendezvous",
            Version = "1",
            Description =
                "Beacons, whether they can be trusted, and what they hear. Errors are RFC 9457 problem details "
                + "with a stable code: " + string.Join(", ", Enum.GetValues<ProblemCode>().Select(Problems.Text)) + ".",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key, llk_…; POST /api/v1/admin/keys makes them.",
        };

        // The address is the one that the description was read from, never one that a request's headers made up.
        document.Servers = [new OpenApiServer { Url = "/" }];
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        foreach (OpenApiParameter parameter in
            operation.Parameters.OfType<OpenApiParameter>().Where(p => p.Name == "id"))
        {
            if (operation.OperationId == "trace")
            {
                parameter.Description = "What is followed: " + Follow.JourneyId.Form + ".";
                parameter.Example = Examples.Sighting.Id;
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Pattern = Follow.JourneyId.Pattern,
                };
                continue;
            }

            parameter.Description = "Beacon id.";
            parameter.Example = Examples.Gateway.Id;
            parameter.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                MinLength = BeaconId.TextLength,
                MaxLength = BeaconId.TextLength,
            };
        }

        foreach (QueryParameter parameter in metadata.OfType<QueryParameterSet>().SelectMany(set => set.Parameters))
            operation.Parameters.Add(Describe(parameter));
        foreach (ResponseExample example in metadata.OfType<ResponseExample>())
            AddExample(operation, example);
        AnswerTagDescription.Add(operation, metadata);
        Scope scope = metadata.OfType<RequiredScope>().LastOrDefault()?.Scope ?? Scope.Open;
        AddProblemExamples(operation, scope);
        AddSecurity(operation, scope, context.Document);
        return Task.CompletedTask;
    }

    private static OpenApiParameter Describe(QueryParameter parameter)
    {
        bool isNumber = parameter.Type == JsonSchemaType.Integer;
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Description,
            Example = isNumber ? int.Parse(parameter.Example) : parameter.Example,
            Schema = new OpenApiSchema
            {
                Type = parameter.Type,
                Format = parameter.Format,
                Minimum = isNumber ? $"{parameter.Minimum}" : null,
                Maximum = isNumber ? $"{parameter.Maximum}" : null,
                Default = parameter.Default,
                Enum = parameter.Values?.Select(value => (JsonNode)value).ToList(),
            },
        };
    }

    private void AddExample(OpenApiOperation operation, ResponseExample example)
    {
        foreach ((string status, IOpenApiResponse response) in operation.Responses ?? [])
        {
            if (status is "200" or "201" or "202" && response.Content is { } contents
                && contents.TryGetValue(example.ContentType, out OpenApiMediaType? content))
            {
                content.Example = example.Value is string text
                    ? text
                    : JsonSerializer.SerializeToNode(example.Value, json.Value.SerializerOptions);
            }
        }
    }

    private void AddProblemExamples(OpenApiOperation operation, Scope scope)
    {
        foreach ((string status, IOpenApiResponse response) in operation.Responses ?? [])
        {
            (ProblemCode code, string detail) = status switch
            {
                "400" when operation.OperationId == "frames" =>
                    (ProblemCode.FramesMalformed, "The body is not a sequence of frames behind their lengths."),
                "400" when IsExchange(operation) =>
                    (ProblemCode.RequestMalformed, "The body is not the frame that this call takes."),
                "409" when IsExchange(operation) => (
                    ProblemCode.EvidenceRepeated, "This Evidence was judged before. Begin again with a Hello."),
                "413" when IsExchange(operation) =>
                    (ProblemCode.BodyTooLarge, $"A body has at most {WireLimits.MaxFrameBytes} bytes."),
                "429" when IsExchange(operation) => (ProblemCode.RateLimited, "This address attests too often."),
                "503" when IsExchange(operation) =>
                    (ProblemCode.Busy, "Too many exchanges are under way. Try again later."),
                "401" when operation.OperationId == "metrics" =>
                    (ProblemCode.MetricsTokenRequired, "Send the metrics token as Authorization: Bearer."),
                "401" when operation.OperationId != "frames" =>
                    (ProblemCode.ApiKeyRequired, AccessGate.Sentence(AccessOutcome.NoKey)),
                "403" => (ProblemCode.ScopeMissing, AccessGate.Sentence(AccessOutcome.RoleTooLow, scope)),
                "409" when operation.OperationId == "createKey" =>
                    (ProblemCode.TooManyApiKeys, Admin.KeyEndpoints.TooMany),
                "404" when operation.OperationId == "revokeKey" =>
                    (ProblemCode.ApiKeyUnknown, Admin.KeyEndpoints.Unknown),
                "409" when operation.OperationId == "createWebhook" =>
                    (ProblemCode.TooManyWebhooks, Admin.WebhookEndpoints.TooMany),
                "404" when operation.OperationId?.Contains("Webhook", StringComparison.Ordinal) == true =>
                    (ProblemCode.WebhookUnknown, Admin.WebhookEndpoints.Unknown),
                "429" when operation.OperationId != "frames" && !IsExchange(operation) =>
                    (ProblemCode.RateLimited, Limits.LimitMiddleware.Sentence(1)),
                "409" when operation.OperationId == "configureBeacon" =>
                    (ProblemCode.NoConfigurationKey, Admin.ConfigurationEndpoints.NoKey),
                "409" when operation.OperationId == "enrolBeacon" =>
                    (ProblemCode.CertificateUntrusted, EnrolmentChecks.IsTrusted(ChainResult.Untrusted)!),
                "409" when operation.OperationId == "createGroup" =>
                    (ProblemCode.CaNotPinned, "No pinned device CA has this certificate or key."),
                "404" when operation.OperationId is "enrolBeacon" or "weighGroup" or "closeGroup" =>
                    (ProblemCode.GroupUnknown, "There is no enrolment group of this name."),
                "409" => (ProblemCode.TooManyPending, Admin.CommandEndpoints.TooMany),
                "401" => (ProblemCode.NotAuthorized, "This session or token is not accepted."),
                "412" => (
                    ProblemCode.PreconditionFailed,
                    "It was changed since it was read. Read it again, then decide again."),
                "413" when operation.OperationId != "frames" =>
                    (ProblemCode.BodyTooLarge, $"A body has at most {ApiLimits.MaxBodyBytes} bytes."),
                "413" => (ProblemCode.BodyTooLarge, $"A body has at most {WireLimits.MaxPostBytes} bytes."),
                "415" => (ProblemCode.RequestMalformed, "See /openapi/v1.json for the calls of this service."),
                "429" => (
                    ProblemCode.RateLimited, "The beacon posts too many bad frames, or too many times at once."),
                "400" when operation.OperationId == "configureBeacon" =>
                    (ProblemCode.ConfigurationInvalid, "report_ms takes a whole number."),
                "400" when operation.OperationId == "getPack" => (
                    ProblemCode.RequestMalformed, $"The body must be JSON like {Packs.PackEndpoints.Body}."),
                "400" => (ProblemCode.InvalidParameter, "limit must be a whole number from 1 to 1000."),
                "404" when operation.OperationId == "acknowledgeAlarm" =>
                    (ProblemCode.AlarmUnknown, Admin.AcknowledgeEndpoint.Unknown),
                "404" when operation.OperationId == "trace" =>
                    (ProblemCode.RecordUnknown, Follow.JourneyEndpoint.Unknown),
                "404" => (ProblemCode.BeaconUnknown, "No beacon is enrolled with this id."),
                _ => (
                    ProblemCode.StoreUnavailable,
                    "The data cannot be read at the moment. Try again in a few seconds."),
            };
            if (response.Content is { } contents
                && contents.TryGetValue("application/problem+json", out OpenApiMediaType? content))
            {
                ProblemDetails details = Problems.Details(code, detail);
                details.Status = int.Parse(status);
                content.Example = JsonSerializer.SerializeToNode(details, json.Value.SerializerOptions);
            }
        }
    }

    /// <summary>Calls that callers without a key may not make everywhere say so.</summary>
    private static void AddSecurity(OpenApiOperation operation, Scope scope, OpenApiDocument? document)
    {
        if (scope == Scope.Open)
            return;
        operation.Description += $" Needs the role {AccessGate.RoleName(AccessPolicy.LeastFor(scope))}.";
        operation.Security =
            [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }];
    }

    private static bool IsExchange(OpenApiOperation operation) =>
        operation.OperationId is "attest" or "attestChallenge";
}
