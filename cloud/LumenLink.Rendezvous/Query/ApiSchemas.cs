using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace LumenLink.Rendezvous.Query;

/// <summary>
/// Writes into the API description what every problem has, its code too, which is one of a list; and takes null from
/// the values of words: where a word may be null its place says so already.
/// </summary>
internal sealed class ApiSchemas : IOpenApiSchemaTransformer
{
    /// <inheritdoc/>
    public Task TransformAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        Type type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } words)
        {
            schema.Enum =
                [.. Enum.GetNames(words).Select(name => (JsonNode)JsonNamingPolicy.SnakeCaseLower.ConvertName(name))];
        }

        if (type != typeof(ProblemDetails))
            return Task.CompletedTask;
        schema.Description = "RFC 9457 problem details. Some have more members, such as parameter.";
        schema.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("urn:lumenlink:problem: and the code."),
            ["title"] = Text("The same for every problem of the code."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
            ["detail"] = Text("One sentence about this case."),
            ["code"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description = "What went wrong; stable.",
                Enum = [.. Enum.GetValues<ProblemCode>().Select(code => (JsonNode)Problems.Text(code))],
            },
        };
        schema.Required = new HashSet<string>(schema.Properties.Keys);
        return Task.CompletedTask;
    }

    private static OpenApiSchema Text(string description) =>
        new() { Type = JsonSchemaType.String, Description = description };
}
