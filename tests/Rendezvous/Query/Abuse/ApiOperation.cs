using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Query.Abuse;

/// <summary>A parameter of a call, as the description has it.</summary>
internal sealed record ApiParameter(string Name, string In, JsonElement Schema, string? Example);

/// <summary>One call of the description: what it takes and what it may be answered.</summary>
internal sealed record ApiOperation(
    string Id, string Method, string Path, IReadOnlyList<ApiParameter> Parameters, IReadOnlyList<string> BodyTypes,
    JsonElement Responses, bool NeedsKey)
{
    /// <summary>True if the description names the status.</summary>
    public bool Names(int status) => Responses.TryGetProperty($"{status}", out _);

    /// <summary>Types of the content that the description gives a status.</summary>
    public IReadOnlyList<string> TypesOf(int status) =>
        Responses.TryGetProperty($"{status}", out JsonElement response)
        && response.TryGetProperty("content", out JsonElement content)
            ? [.. content.EnumerateObject().Select(type => type.Name)]
            : [];
}

/// <summary>/openapi/v1.json of a running service.</summary>
internal sealed class ApiDocument
{
    private readonly Dictionary<(string Operation, int Status, string Type), JsonSchema> schemas = [];
    private readonly JsonElement root;
    private readonly string definitions;

    private ApiDocument(JsonElement root)
    {
        this.root = root;
        JsonNode all = JsonNode.Parse(root.GetProperty("components").GetProperty("schemas").GetRawText())!;
        foreach ((string name, JsonNode? schema) in all.AsObject())
        {
            // What an answer has and the description does not is a fault. Problems may have more members.
            if (name != "ProblemDetails" && schema!["properties"] is not null)
                schema["additionalProperties"] = false;
        }

        definitions = Here(all.ToJsonString());
        Operations =
        [
            .. from path in root.GetProperty("paths").EnumerateObject()
               from call in path.Value.EnumerateObject()
               select new ApiOperation(
                   call.Value.GetProperty("operationId").GetString()!, call.Name.ToUpperInvariant(), path.Name,
                   ParametersOf(call.Value), BodyTypesOf(call.Value), call.Value.GetProperty("responses"),
                   call.Value.TryGetProperty("security", out _)),
        ];
    }

    public IReadOnlyList<ApiOperation> Operations { get; }

    public static async Task<ApiDocument> ReadAsync(RunningService service) =>
        new(await service.ReadAsync("/openapi/v1.json"));

    /// <summary>The operation of a method and a path of the description; null when there is none.</summary>
    public ApiOperation? Find(string method, string path) =>
        Operations.FirstOrDefault(one => one.Method == method && one.Path == path);

    /// <summary>What is wrong with an answer's JSON; null when it is as described.</summary>
    public string? FaultOf(ApiOperation operation, int status, string type, string json)
    {
        if (!schemas.TryGetValue((operation.Id, status, type), out JsonSchema? schema))
        {
            string described = operation.Responses.GetProperty($"{status}").GetProperty("content").GetProperty(type)
                .GetProperty("schema").GetRawText();
            schema = JsonSchema.FromText($$"""{"allOf": [{{Here(described)}}], "$defs": {{definitions}}}""");
            schemas[(operation.Id, status, type)] = schema;
        }

        EvaluationResults results = schema.Evaluate(
            JsonDocument.Parse(json).RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid
            ? null
            : string.Join("; ", (results.Details ?? []).Where(detail => detail.Errors is not null)
                .Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}"));
    }

    public override string ToString() => root.GetRawText();

    private static string Here(string schema) =>
        schema.Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);

    private static List<ApiParameter> ParametersOf(JsonElement call) =>
        !call.TryGetProperty("parameters", out JsonElement parameters)
            ? []
            : [.. parameters.EnumerateArray().Select(one => new ApiParameter(
                one.GetProperty("name").GetString()!, one.GetProperty("in").GetString()!, one.GetProperty("schema"),
                one.TryGetProperty("example", out JsonElement example) ? example.ToString() : null))];

    private static List<string> BodyTypesOf(JsonElement call) =>
        !call.TryGetProperty("requestBody", out JsonElement body)
            ? []
            : [.. body.GetProperty("content").EnumerateObject().Select(type => type.Name)];
}
