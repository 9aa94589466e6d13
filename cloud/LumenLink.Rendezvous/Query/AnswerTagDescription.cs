using LumenLink.Rendezvous.Surface;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace LumenLink.Rendezvous.Query;

/// <summary>Writes into the API description which answers have entity tags, and which changes heed them.</summary>
internal static class AnswerTagDescription
{
    private const string Example = "\"4f2a90c1d5e6b7083a1b2c3d4e5f6071\"";

    /// <summary>Adds headers and statuses to a call.</summary>
    public static void Add(OpenApiOperation operation, IList<object> metadata)
    {
        if (metadata.OfType<TaggedAnswer>().Any())
        {
            operation.Parameters!.Add(Header(
                HeaderNames.IfNoneMatch, "Entity tags that the caller has: 304 without a body if the answer is one."));
            operation.Responses!["304"] = new OpenApiResponse
            {
                Description = "Not Modified: the answer is as the caller has it.",
                Headers = Tag(),
            };
            if (operation.Responses.TryGetValue("200", out IOpenApiResponse? good) && good is OpenApiResponse answer)
                answer.Headers = Tag();
        }

        if (metadata.OfType<ConditionalChange>().Any())
        {
            operation.Parameters!.Add(Header(
                HeaderNames.IfMatch, "The entity tag of what the caller read: 412 if it is another by now."));
        }
    }

    private static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Example = Example,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static Dictionary<string, IOpenApiHeader> Tag() => new()
    {
        [HeaderNames.ETag] = new OpenApiHeader
        {
            Description = "Strong entity tag of the answer; not of one longer than a mebibyte.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        },
    };
}
