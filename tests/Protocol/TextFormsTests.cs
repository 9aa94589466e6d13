using System.Diagnostics;
using CsCheck;
using LumenLink.Protocol;
using LumenLink.Tests.Protocol.VectorMaker;

namespace LumenLink.Tests.Protocol;

/// <summary>Topics, tokens, base64url, printed frames, and the check that shares no code with any of them.</summary>
public sealed class TextFormsTests
{
    [Fact]
    public void Base64url_is_that_of_the_platform_and_canonical()
    {
        Gen.Byte.Array[0, 80].Sample(bytes =>
        {
            string text = Base64Url.ToText(bytes, 0, bytes.Length);
            Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(bytes), text);
            byte[] back = new byte[bytes.Length];
            Assert.True(Base64Url.TryDecode(text, 0, text.Length, back, 0, back.Length));
            Assert.Equal(bytes, back);
        });
        Assert.True(Base64Url.TryDecode("AA", 0, 2, new byte[1], 0, 1));
        Assert.False(Base64Url.TryDecode("AB", 0, 2, new byte[1], 0, 1));
        Assert.False(Base64Url.TryDecode("A+", 0, 2, new byte[1], 0, 1));
        Assert.False(Base64Url.TryDecode("AA==", 0, 4, new byte[1], 0, 1));
        Assert.False(Base64Url.TryDecode("A", 0, 1, new byte[1], 0, 1));
    }

    [Fact]
    public void Topics_are_read_back_and_nothing_else_is_a_topic()
    {
        byte[] id = Convert.FromHexString(CryptoVectors.Read()["beacon_id"]);
        string text = MqttTopics.IdText(id, 0);
        Assert.Equal(CryptoVectors.Read()["beacon_id_text"], text);
        byte[] read = new byte[8];
        Assert.Equal(TopicKind.Up, MqttTopics.Parse(MqttTopics.Up(text), read, 0));
        Assert.Equal(id, read);
        Assert.Equal(TopicKind.Down, MqttTopics.Parse(MqttTopics.Down(text), read, 0));
        Assert.Equal(TopicKind.StatusHint, MqttTopics.Parse(MqttTopics.StatusHint(text), read, 0));
        string up = MqttTopics.Up(text);
        string[] others =
        [
            string.Empty, MqttTopics.AllUp, up + "/", "/" + up, up[..^1], up[..^1] + "x", up.Replace("ll/1", "ll/2"),
            up.Replace("/u", "-u"), up.Replace(text, text[..10] + "+"), up.Replace(text, text[..10] + "#"),
            up.Replace(text, text[..10] + "B"), up.ToUpperInvariant(), up.Replace(text, text + "A"),
        ];
        Assert.All(others, other => Assert.Equal(TopicKind.None, MqttTopics.Parse(other, read, 0)));
        Assert.True(MqttTopics.TryParseId(text, read, 0));
        Assert.False(MqttTopics.TryParseId(text + "A", read, 0));
    }

    [Fact]
    public void A_token_is_read_back_and_a_changed_one_is_none()
    {
        Dictionary<string, string> values = CryptoVectors.Read();
        byte[] bytes = Convert.FromHexString(values["token"]);
        ConnectionToken token = new();
        Assert.Equal(WireError.None, token.ReadText(values["token_text"]));
        Assert.Equal(values["token_text"], token.ToText());
        Assert.Equal((Exchange.Boot, 2u), (token.Boot, token.Connect));
        Assert.Equal(WireError.TooShort, token.ReadText(values["token_text"][..^1]));
        Assert.Equal(WireError.TooLong, token.ReadText(values["token_text"] + "A"));
        Assert.Equal(WireError.ValueInvalid, token.ReadText("=" + values["token_text"][1..]));
        Assert.Equal(WireError.VersionUnknown, token.Read(bytes.With(0, 2), 0, bytes.Length));
        Assert.Equal(WireError.ValueInvalid, token.Read(bytes.With(1, 0), 0, bytes.Length));
        Assert.Equal(WireError.ValueInvalid, token.Read(bytes.With(5, 0), 0, bytes.Length));
        Assert.Equal(WireError.TooShort, token.Read(bytes, 0, 0));
        Assert.Equal(Exchange.Boot, token.Boot);
        byte[] message = new byte[SignedMessages.MaxTokenSize];
        Assert.Equal(-(int)WireError.LengthInvalid, SignedMessages.Token(message, 0, bytes, string.Empty, 1, 1));
        string longAudience = new('a', WireLimits.MaxAudienceBytes + 1);
        Assert.Equal(-(int)WireError.LengthInvalid, SignedMessages.Token(message, 0, bytes, longAudience, 1, 1));
        Assert.Equal(-(int)WireError.ValueInvalid, SignedMessages.Token(message, 0, bytes, "é", 1, 1));
        Assert.Equal(message.Length, SignedMessages.Token(message, 0, bytes, new string('a', 64), 1, 1));
    }

    [Fact]
    public void The_device_way_of_the_keys_gives_the_same_keys()
    {
        Dictionary<string, string> values = CryptoVectors.Read();
        byte[] transcript = Convert.FromHexString(values["transcript"]);
        byte[] extracted = System.Security.Cryptography.HMACSHA256.HashData(
            Convert.FromHexString(values["service_nonce"]), Convert.FromHexString(values["ecdh_secret"]));
        byte[] block = [];
        List<byte> output = [];
        for (int number = 1; number <= SessionKeyLayout.BlockCount; number++)
        {
            byte[] message = new byte[SignedMessages.SessionExpandSize];
            int length = SignedMessages.SessionExpand(message, 0, block, number, transcript);
            block = System.Security.Cryptography.HMACSHA256.HashData(extracted, message.AsSpan(0, length).ToArray());
            output.AddRange(block);
        }

        Assert.Equal(values["okm"], Convert.ToHexStringLower(output.Take(SessionKeyLayout.Size).ToArray()));
    }

    [Fact]
    public void Two_secrets_of_one_id_do_not_share_key_stream()
    {
        byte[] first = new byte[18];
        byte[] second = new byte[18];
        SecretWrap.Apply(new byte[16], SecretId.PseudonymKey, 1, first);
        SecretWrap.Apply(new byte[16], SecretId.PseudonymKey, 2, second);
        Assert.NotEqual(first, second);
        Assert.NotEqual(first[..2], first[16..]);
        SecretWrap.Apply(new byte[16], SecretId.PseudonymKey, 1, first);
        Assert.Equal(new byte[18], first);
    }

    [Fact]
    public void A_printed_frame_names_fields_and_the_place_where_it_breaks()
    {
        VectorFile records = VectorFiles.Read("records");
        string good = FrameText.Describe(records.Vectors.First(v => v.Name == "ok").Bytes);
        Assert.StartsWith("valid, ", good, StringComparison.Ordinal);
        Assert.Contains("    6  group\n    6    form = 224\n", good, StringComparison.Ordinal);
        Assert.Contains("rssi_dbm -30\n", good, StringComparison.Ordinal);
        Assert.DoesNotContain("!", good, StringComparison.Ordinal);
        string bad = FrameText.Describe(records.Vectors.First(v => v.Name == "length_1527").Bytes);
        Assert.StartsWith("invalid: LengthInvalid, ", bad, StringComparison.Ordinal);
        Assert.Contains("   17    length = ! LengthInvalid\n", bad, StringComparison.Ordinal);
        Assert.StartsWith("invalid: TooShort, 0 bytes", FrameText.Describe([]), StringComparison.Ordinal);
        byte[] huge = new byte[1 << 20].With(0, 1, 3);
        Assert.StartsWith("invalid: TooLong", FrameText.Describe(huge), StringComparison.Ordinal);
        Gen.Byte.Array[0, 300].Sample(bytes => Assert.NotEmpty(FrameText.Describe(bytes)));
    }

    [Fact]
    public void Every_good_frame_prints_to_its_end_without_a_break()
    {
        IEnumerable<Vector> all = VectorFiles.ReadAll().SelectMany(f => f.Vectors);
        foreach (Vector vector in all.Where(v => v.Error == "None" && v.Refusal is null))
        {
            string text = FrameText.Describe(vector.Bytes);
            Assert.StartsWith("valid, ", text, StringComparison.Ordinal);
            Assert.DoesNotContain("= !", text, StringComparison.Ordinal);
        }
    }

    [PythonFact]
    public void The_independent_check_agrees_and_notices_a_changed_vector()
    {
        string okm = CryptoVectors.Read()["okm"];
        AgreesUnlessChanged("check_vectors.py", "crypto.json", okm, "00" + okm[2..]);
        string signed = VectorFiles.Read("config").Vectors.First(v => v.Name == "ok").SignedSha256!;
        AgreesUnlessChanged("check_vectors.py", "config.json", signed, new string('0', signed.Length));
        AgreesUnlessChanged("check_vectors.py", "config.json", "\"wrong\"", "\"ok\"");
    }

    [PythonFact]
    public void The_independent_decoder_agrees_and_notices_a_changed_vector()
    {
        string digest = VectorFiles.Read("records").Vectors.First(v => v.Name == "ok").SightingsSha256!;
        AgreesUnlessChanged("decode.py", "records.json", digest, new string('0', digest.Length));
        AgreesUnlessChanged("decode.py", "records.json", "heap_free_bytes 43210", "heap_free_bytes 43211");
        AgreesUnlessChanged(
            "decode.py", "config.json", nameof(WireError.LengthInvalid), nameof(WireError.ValueInvalid));
        AgreesUnlessChanged("decode.py", "hello.json", nameof(WireError.VersionUnknown), nameof(WireError.TooShort));
    }

    private static void AgreesUnlessChanged(string script, string file, string part, string changed)
    {
        Assert.True(RunCheck(script, VectorFiles.Directory) == 0, $"{script} differs; run it to see where.");
        string copy = System.IO.Directory.CreateTempSubdirectory("lumenlink-vectors-").FullName;
        try
        {
            foreach (string one in System.IO.Directory.GetFiles(VectorFiles.Directory, "*.json"))
            {
                File.Copy(one, Path.Combine(copy, Path.GetFileName(one)));
            }

            string path = Path.Combine(copy, file);
            string text = File.ReadAllText(path);
            Assert.Contains(part, text, StringComparison.Ordinal);
            File.WriteAllText(path, text.Replace(part, changed, StringComparison.Ordinal));
            Assert.Equal(1, RunCheck(script, copy));
        }
        finally
        {
            System.IO.Directory.Delete(copy, recursive: true);
        }
    }

    private static int RunCheck(string script, string directory)
    {
        ProcessStartInfo start = new("python3")
        {
            ArgumentList = { Path.Combine(VectorFiles.Directory, script), directory },
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
