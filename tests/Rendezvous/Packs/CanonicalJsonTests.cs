using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Tests.Rendezvous.Packs;

/// <summary>The one byte form of RFC 8785, as far as packs need it.</summary>
public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData(
        """{ "b": 1, "a": [ true, false, null, -7 ], "B": {} }""",
        """{"B":{},"a":[true,false,null,-7],"b":1}""")]
    [InlineData("\"\\u20ac$\\u000F\\nA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"", "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"")]
    [InlineData("\"\\b\\t\\n\\f\\r\\u007f<>&+\"", "\"\\b\\t\\n\\f\\r\u007f<>&+\"")]
    [InlineData("""{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}""",
        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}")]
    public void A_value_has_one_byte_form(string json, string canonical) =>
        Assert.Equal(canonical, Encoding.UTF8.GetString(CanonicalJson.Write(JsonNode.Parse(json))));

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("9007199254740993")]
    public void A_number_that_is_not_whole_or_too_large_has_none(string json) =>
        Assert.Throws<FormatException>(() => CanonicalJson.Write(JsonNode.Parse(json)));

    [Fact]
    public void Any_text_comes_back_and_its_form_is_its_own() => Gen.String.Sample(text =>
    {
        byte[] bytes = CanonicalJson.Write(new JsonObject { ["t"] = text });
        JsonNode read = JsonNode.Parse(bytes)!;
        string valid = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return read["t"]!.GetValue<string>() == valid && CanonicalJson.Write(read).AsSpan().SequenceEqual(bytes);
    });
}
