using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace LumenLink.Tests.Rendezvous.Query.Abuse;

/// <summary>Spoils requests that go well, in one to three places.</summary>
internal sealed class AbuseMaker(Dice dice, IReadOnlyList<string?> callers)
{
    private static readonly string[] Methods =
        ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW", "get"];

    private static readonly string[] Types =
    [
        "text/plain", "application/xml", "application/json; charset=utf-16", "application/json; charset=nonsense",
        "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/octet-stream",
        "application/problem+json", "nonsense", "*/*", "application/json, text/plain", "",
    ];

    private static readonly Encoding[] Encodings =
        [Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Encoding.Latin1];

    /// <summary>A request that goes well, spoiled.</summary>
    public AbuseRequest Spoil(ApiOperation operation, AbuseRequest good)
    {
        AbuseRequest spoiled = dice.OneIn(3) ? Caller(good) : good;
        for (int i = dice.Number(0, 3); i > 0; i--)
        {
            spoiled = dice.Number(0, 11) switch
            {
                0 or 1 or 2 when operation.Parameters.Any(one => one.In == "query") => Query(operation, spoiled),
                0 or 1 => UnknownQuery(spoiled),
                3 or 4 when operation.Path.Contains('{', StringComparison.Ordinal) => PathValue(operation, spoiled),
                4 => WholePath(spoiled),
                5 => OtherMethod(spoiled),
                6 => Header(spoiled),
                7 when dice.OneIn(2) => BrokenHeader(spoiled),
                _ when good.Body is null => dice.OneIn(2) ? UnwantedBody(spoiled) : Header(spoiled),
                _ when operation.BodyTypes.Contains("application/json") => JsonBody(spoiled),
                _ => Bytes(spoiled),
            };
        }

        return spoiled;
    }

    private AbuseRequest Caller(AbuseRequest request)
    {
        string? caller = dice.Pick(callers);
        AbuseRequest without =
            request with { Headers = [.. request.Headers.Where(one => one.Name != "Authorization")] };
        AbuseRequest with = caller is null ? without : without.With("Authorization", caller);
        if (dice.OneIn(10) && caller is not null)
            with = with.With("Authorization", caller);
        return caller?.Any(one => one > 0x7e) == true ? with.But(Strangeness.Http) : with;
    }

    private AbuseRequest Query(ApiOperation operation, AbuseRequest request)
    {
        ApiParameter parameter = dice.Pick([.. operation.Parameters.Where(one => one.In == "query")]);
        string value = dice.OneIn(2) ? Described(parameter) : dice.Draw(HostileValues.Encoded);
        AbuseRequest asked = request.WithQuery($"{parameter.Name}={value}");
        return dice.OneIn(12) ? asked.WithQuery($"{parameter.Name}={value}") : asked;
    }

    /// <summary>A value that the description allows, or one just beyond.</summary>
    private string Described(ApiParameter parameter)
    {
        JsonElement schema = parameter.Schema;
        if (schema.TryGetProperty("enum", out JsonElement values))
            return dice.Pick([.. values.EnumerateArray().Select(value => value.GetString()!)]);
        if (schema.TryGetProperty("minimum", out JsonElement least)
            && schema.TryGetProperty("maximum", out JsonElement most))
        {
            long low = least.GetInt64();
            long high = most.GetInt64();
            return $"{dice.Pick([low, low - 1, low + 1, high, high - 1, high + 1, (low + high) / 2])}";
        }

        return Uri.EscapeDataString(parameter.Example ?? "");
    }

    private AbuseRequest UnknownQuery(AbuseRequest request) => request.WithQuery(dice.Pick(
    [
        "x=1", "", "&&=&", "__proto__=1", "limit[]=1", "%00=1", "Limit=1", "a=b=c", "?",
        dice.Draw(HostileValues.Encoded),
    ]));

    /// <summary>Another value in place of one of the path's.</summary>
    private AbuseRequest PathValue(ApiOperation operation, AbuseRequest request)
    {
        string[] described = operation.Path.Split('/');
        string[] query = request.Target.Split('?', 2);
        string[] parts = query[0].Split('/');
        int[] places = [.. Enumerable.Range(0, described.Length).Where(i => described[i].StartsWith('{'))];
        int place = dice.Pick(places);
        if (place >= parts.Length)
            return request;
        parts[place] = dice.Draw(HostileValues.Encoded);
        return (request with { Target = string.Join('?', [string.Join('/', parts), .. query[1..]]) })
            .But(Strangeness.Path | Strangeness.Http); // dots go elsewhere, zeros and broken escapes go nowhere
    }

    private AbuseRequest WholePath(AbuseRequest request)
    {
        string path = request.Target;
        string[] tricks =
        [
            path + "/", path + "//", path + "/.", path + "/..", path + "/%2e%2e", "/" + path, path.ToUpperInvariant(),
            path.Replace("/", "//", StringComparison.Ordinal), path.Replace("/", "%2f", StringComparison.Ordinal),
            path.Replace("/", "\\", StringComparison.Ordinal), path + ";a=b", path + "%00", path + "%ff",
            path + ".json",
            "/api/v1/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/api/v1/" + new string('a', 5000),
            "/" + new string('a', 70_000), "http://evil.example" + path, "*", path + "#a", path + " HTTP/1.1",
            "/_framework/../../appsettings.json", "/_blazor/negotiate", "/openapi/v1.json/..", "/api/v1/%41dmin",
            "/" + dice.Draw(HostileValues.Encoded), path[1..],
        ];
        return (request with { Target = dice.Pick(tricks) }).But(Strangeness.Path | Strangeness.Http);
    }

    private AbuseRequest OtherMethod(AbuseRequest request)
    {
        string method = dice.Pick(Methods);
        return method == request.Method ? request : (request with { Method = method }).But(Strangeness.Method);
    }

    private AbuseRequest Header(AbuseRequest request)
    {
        (string name, string value) = dice.Draw(HostileValues.Header);
        return request.With(name, value);
    }

    private AbuseRequest BrokenHeader(AbuseRequest request)
    {
        (string name, string value) = dice.Draw(HostileValues.BrokenHeader);
        return request.With(name, value).But(Strangeness.Http);
    }

    private AbuseRequest UnwantedBody(AbuseRequest request) =>
        (request with { Body = Encoding.UTF8.GetBytes(dice.Draw(HostileValues.Json)) }).With(
            "Content-Type", dice.Pick(Types));

    private AbuseRequest JsonBody(AbuseRequest request)
    {
        if (request.Body is not { } body)
            return request;
        string text = Encoding.UTF8.GetString(body);
        return dice.Number(0, 9) switch
        {
            0 => request.Instead("Content-Type", dice.Pick(Types)),
            1 => request with { Body = dice.Pick(Encodings).GetBytes(text) },
            2 => Bytes(request),
            3 => request with { Body = Encoding.UTF8.GetBytes(dice.Draw(HostileValues.Json)) },
            _ => request with { Body = Encoding.Latin1.GetBytes(Mutate(text)) },
        };
    }

    /// <summary>One member with another value, without it, twice, or with another beside it.</summary>
    private string Mutate(string json)
    {
        const string Mark = "\"@@\"";
        JsonObject body;
        JsonObject holder;
        try
        {
            body = JsonNode.Parse(json)!.AsObject();
            holder = dice.Pick(Objects(body));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return json; // it was spoiled before
        }

        if (holder.Count == 0)
            return json;
        string name = dice.Pick([.. holder.Select(member => member.Key)]);
        switch (dice.Number(0, 7))
        {
            case 0:
                holder.Remove(name);
                return body.ToJsonString();
            case 1:
                holder["extra"] = "@@";
                break;
            case 2:
                string once = body.ToJsonString();
                string value = holder[name]?.ToJsonString() ?? "null";
                return once.Replace($"\"{name}\":", $"\"{name}\":{value},\"{name}\":", StringComparison.Ordinal);
            case 3:
                JsonNode? kept = holder[name]?.DeepClone();
                holder.Remove(name);
                holder[name.ToUpperInvariant()] = kept;
                return body.ToJsonString();
            default:
                holder[name] = "@@";
                break;
        }

        string inside = dice.Draw(HostileValues.Json);
        string bytes = dice.OneIn(12)
            ? "\"a\u00ff\u00c0\u0080b\"" // no UTF-8
            : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(inside));
        return body.ToJsonString().Replace(Mark, bytes, StringComparison.Ordinal);
    }

    private static List<JsonObject> Objects(JsonNode node) => node switch
    {
        JsonObject one => [one, .. one.SelectMany(member => member.Value is null ? [] : Objects(member.Value))],
        JsonArray many => [.. many.SelectMany(item => item is null ? [] : Objects(item))],
        _ => [],
    };

    /// <summary>A body that is cut, longer, empty, random, or not as long as it says.</summary>
    private AbuseRequest Bytes(AbuseRequest request)
    {
        byte[] body = request.Body ?? [];
        switch (dice.Number(0, 7))
        {
            case 0:
                return request with { Body = body[..dice.Number(0, body.Length)] };
            case 1:
                return (request with { BodyLength = $"{body.Length + dice.Number(1, 9000)}" }).But(Strangeness.Http);
            case 2:
                return request with { Body = [] };
            case 3:
                return request with { Body = [.. body, .. new byte[dice.Pick([1, 100, 9000])]] };
            case 4:
                return request with { Body = new byte[dice.Pick([8191, 8192, 8193, 100_000, 1_000_000])] };
            case 5:
                byte[] flipped = [.. body];
                if (flipped.Length > 0)
                    flipped[dice.Number(0, flipped.Length - 1)] ^= (byte)dice.Number(1, 255);
                return request with { Body = flipped };
            case 6:
                return request with { Body = [0xEF, 0xBB, 0xBF, .. body] };
            default:
                return request with { Body = dice.Draw(Gen.Byte[0, 255].Array[0, 300]) };
        }
    }
}
