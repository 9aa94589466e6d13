using LumenLink.Protocol;
using static LumenLink.Tests.Protocol.VectorMaker.Mutation;

namespace LumenLink.Tests.Protocol.VectorMaker;

/// <summary>The golden frames of every type: ok, min, max, with an unknown extension, and bad ones.</summary>
internal static class FrameVectors
{
    public static readonly byte[] Extension = [0xEE, 3, 1, 2, 3];
    public static readonly byte[] BrokenExtension = [0xEE, 4, 1, 2, 3];

    private static readonly Exchange Exchange = new();

    public static Dictionary<string, Func<VectorFile>> All() => new()
    {
        ["hello"] = Hello,
        ["challenge"] = Challenge,
        ["evidence"] = Evidence,
        ["attestation-result"] = Result,
        ["attestation-refusal"] = Refusal,
        ["records"] = () => RecordsVectors.Make(Exchange),
        ["receipt"] = () => ReceiptVectors.Make(Exchange),
        ["command"] = () => ControlVectors.Command(Exchange),
        ["config"] = () => ControlVectors.Config(Exchange),
        ["command-ack"] = () => ControlVectors.CommandAck(Exchange),
    };

    private static VectorFile Hello()
    {
        byte[] ok = Exchange.Hello;
        byte[] min = new byte[HelloFrame.FixedSize].With(0, 1, 1).With(54, 1, 1);
        byte[] max = [.. new byte[94].With(0, 1, 1).With(6, Repeat(0xFF, 52)).With(56, 0xFF, 0xFF, 7, 34), 9, 0];
        max = max.With(54, 1, 255);
        return new VectorFile("Hello", "README section 3", [
            Good("ok", ok),
            Good("min", min),
            Good("max", max),
            Good("extension", [.. ok, .. Extension]),
            Bad("truncated", ok[..^1], WireError.TooShort),
            Bad("too_long", [.. max, 0, 0], WireError.TooLong),
            Bad("empty", [], WireError.TooShort),
            Bad("version_2", ok.With(0, 2), WireError.VersionUnknown),
            Bad("type_unknown", ok.With(1, 0x77), WireError.TypeUnknown),
            Bad("session_not_zero", ok.With(2, 1), WireError.SessionNotZero),
            Bad("version_min_zero", ok.With(54, 0), WireError.ValueInvalid),
            Bad("version_range_empty", ok.With(54, 2), WireError.ValueInvalid),
            Bad("extension_broken", [.. ok, .. BrokenExtension], WireError.ExtensionMalformed),
            Bad("extension_without_length", [.. ok, 0xEE], WireError.ExtensionMalformed),
        ]);
    }

    private static VectorFile Challenge()
    {
        byte[] ok = Exchange.Challenge;
        int mac = ChallengeFrame.MacOffset(ok.Length);
        byte[] min = new byte[ChallengeFrame.MinSize].With(0, 1, 0x81).With(122, 1);
        byte[] filling = Filling(WireLimits.MaxFrameBytes - ok.Length);
        return new VectorFile("Challenge", "README section 3", [
            Good("ok", ok),
            Good("min", min),
            Good("max", Exchange.SealChallenge(ok.Insert(mac, filling))),
            Good("extension", Exchange.SealChallenge(ok.Insert(mac, Extension))),
            Bad("truncated", ok[..^1], WireError.TooShort),
            Bad("too_long", ok.Insert(mac, [.. filling, 9, 0]), WireError.TooLong),
            Bad("session_not_zero", ok.With(5, 1), WireError.SessionNotZero),
            Bad("cert_usage_2", ok.With(122, 2), WireError.ValueInvalid),
            Bad("extension_broken", ok.Insert(mac, BrokenExtension), WireError.ExtensionMalformed),
            Bad("not_a_challenge", ok.With(1, 0x01), WireError.TypeNotExpected),
        ]);
    }

    private static VectorFile Evidence()
    {
        byte[] ok = Exchange.Evidence;
        int signature = EvidenceFrame.SignatureOffset(ok.Length);
        byte[] buffer = new byte[EvidenceFrame.MinSize];
        Exchange.EvidenceWithoutClaims().Write(buffer, 0);
        byte[] min = Exchange.SignEvidence(buffer);
        int claims = EvidenceFrame.HelloOffset + Exchange.Hello.Length + EvidenceFrame.ClaimsAfterHello;
        int count = claims - 1;
        byte[] hello96 = [.. Exchange.Hello, .. Filling(WireLimits.MaxHelloBytes - Exchange.Hello.Length)];
        byte[] max = [.. min[..6], 96, .. hello96, .. min[(7 + Exchange.Hello.Length)..count], 16];
        for (byte i = 0; i < 16; i++)
        {
            max = i < 6 ? [.. max, (byte)(i + 1), 32, .. Repeat(0x7E, 32)] : [.. max, (byte)(100 + i), 0];
        }

        max = [.. max, .. Filling(WireLimits.MaxFrameBytes - max.Length - 64), .. new byte[64]];
        byte[] repeated = min.With(count, 2).Insert(claims, 1, 1, 0x61, 1, 1, 0x61);
        byte[] OneClaim(params byte[] claim) => min.With(count, 1).Insert(claims, claim);
        return new VectorFile("Evidence", "README section 3", [
            Good("ok", ok),
            Good("min", min),
            Good("max", Exchange.SignEvidence(max)),
            Good("extension", Exchange.SignEvidence(ok.Insert(signature, Extension))),
            Good("claim_unknown", Exchange.SignEvidence(min.With(count, 1).Insert(claims, 200, 2, 1, 2))),
            Bad("truncated", ok[..^1], WireError.TooShort),
            Bad("truncated_in_claims", min.With(count, 1), WireError.TooShort),
            Bad("too_short", min[..^1], WireError.TooShort),
            Bad("hello_length_57", ok.With(6, 57), WireError.LengthInvalid),
            Bad("hello_length_97", ok.With(6, 97), WireError.LengthInvalid),
            Bad("hello_is_none", ok.With(8, 0x02), WireError.TypeNotExpected),
            Bad("boot_zero", ok.With(7 + 58 + 140, 0, 0, 0, 0), WireError.ValueInvalid),
            Bad("boot_over_counter", ok.With(7 + 58 + 140, 0, 0, 0x20, 0), WireError.ValueInvalid),
            Bad("claim_count_17", ok.With(count, 17), WireError.CountInvalid),
            Bad("claim_twice", repeated, WireError.Repeated),
            Bad("claim_text_33", OneClaim([1, 33, .. Repeat(0x61, 33)]), WireError.LengthInvalid),
            Bad("claim_text_not_ascii", OneClaim(1, 1, 0x7F), WireError.ValueInvalid),
            Bad("measurement_31", OneClaim([5, 31, .. Repeat(1, 31)]), WireError.LengthInvalid),
            Bad("extension_broken", ok.Insert(signature, BrokenExtension), WireError.ExtensionMalformed),
        ]);
    }

    private static VectorFile Result()
    {
        ReadOnlySpan<byte> key = Exchange.Keys.DownKey;
        byte[] ok = Exchange.Result;
        int tag = FrameTag.Offset(ok.Length);
        byte[] min = new byte[AttestationResultFrame.MinSize].With(0, 1, 0x82, 1).Seal(key);
        byte[] eight = [.. min[..18], 8];
        for (byte i = 0; i < 8; i++)
        {
            eight = [.. eight, (byte)(100 + i), 32, .. Repeat(i, 32)];
        }

        byte[] max = [.. eight, .. Filling(WireLimits.MaxFrameBytes - eight.Length - 8), .. new byte[8]];
        return new VectorFile("AttestationResult", "README section 3; key is the down key", [
            Sealed("ok", ok, key),
            Sealed("min", min, key),
            Sealed("max", max.Seal(key), key),
            Sealed("extension", ok.Insert(tag, Extension).Seal(key), key),
            Sealed("bad_tag", ok.With(ok.Length - 1, (byte)(ok[^1] ^ 1)), key) with { Verify = "TagMismatch" },
            Bad("truncated", min[..^1], WireError.TooShort),
            Sealed("session_missing", ok.With(2, 0, 0, 0, 0).Seal(key), key, WireError.SessionMissing),
            Sealed("secret_count_9", ok.With(18, 9).Seal(key), key, WireError.CountInvalid),
            Sealed("secret_behind_end", ok.With(18, 4).Seal(key), key, WireError.TooShort),
            Sealed("eid_key_20", ok.With(20, 20).Seal(key), key, WireError.LengthInvalid),
            Sealed("secret_33", min.With(18, 1).Insert(19, [9, 33, .. Repeat(1, 33)]).Seal(key), key,
                WireError.LengthInvalid),
            Sealed("extension_broken", ok.Insert(tag, BrokenExtension).Seal(key), key, WireError.ExtensionMalformed),
        ]);
    }

    private static VectorFile Refusal()
    {
        byte[] ok = Exchange.Refusal;
        int signature = AttestationRefusalFrame.SignatureOffset(ok.Length);
        byte[] unsigned = ok[..AttestationRefusalFrame.UnsignedSize].With(27, 0);
        byte[] filling = Filling(WireLimits.MaxFrameBytes - ok.Length);
        return new VectorFile("AttestationRefusal", "README section 3", [
            Good("ok", ok),
            Good("min", unsigned.With(22, 255)),
            Good("max", Exchange.SignRefusal(ok.Insert(signature, filling))),
            Good("extension", Exchange.SignRefusal(ok.Insert(signature, Extension))),
            Good("outcome_unknown", unsigned.With(22, 99)),
            Bad("truncated", ok[..^1], WireError.TooShort),
            Bad("unsigned_truncated", unsigned[..^1], WireError.TooShort),
            Bad("unsigned_with_more", [.. unsigned, 0], WireError.TooLong),
            Bad("outcome_accepted", ok.With(22, 0), WireError.ValueInvalid),
            Bad("signed_2", ok.With(27, 2), WireError.ValueInvalid),
            Bad("cert_usage_0", ok.With(36, 0), WireError.ValueInvalid),
            Bad("session_not_zero", ok.With(2, 1), WireError.SessionNotZero),
            Bad("extension_broken", ok.Insert(signature, BrokenExtension), WireError.ExtensionMalformed),
        ]);
    }

    /// <summary>Unknown extensions that fill exactly <paramref name="count"/> bytes.</summary>
    public static byte[] Filling(int count)
    {
        List<byte> bytes = [];
        while (count > 0)
        {
            int size = count <= 257 ? count : Math.Min(257, count - 2);
            bytes.AddRange([0xEE, (byte)(size - 2), .. Repeat(0xAB, size - 2)]);
            count -= size;
        }

        return [.. bytes];
    }

    public static byte[] Repeat(byte value, int count) => Enumerable.Repeat(value, count).ToArray();
}
