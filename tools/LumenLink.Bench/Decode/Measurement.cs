namespace LumenLink.Bench.Decode;

/// <summary>One measured method of <see cref="DecodeWork"/>.</summary>
/// <param name="Key">Its key in the line.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="PerFrame">True if it counts per frame, false per sighting.</param>
/// <param name="Work">All of it, once.</param>
internal sealed record Measurement(string Key, string Name, bool PerFrame, Action<DecodeWork> Work)
{
    /// <summary>Key of the decoding of bodies.</summary>
    public const string Decode = "decode_ns";

    /// <summary>Key of the HMAC alone.</summary>
    public const string Hmac = "frame_hmac_ns";

    /// <summary>Key of authenticating and decoding.</summary>
    public const string AuthDecode = "frame_auth_decode_ns";

    /// <summary>All, in the order of the line.</summary>
    public static IReadOnlyList<Measurement> All { get; } =
    [
        new(Decode, "LumenLink, report body", false, work => work.DecodeBodies()),
        new("protobuf_ns", "Google.Protobuf, objects", false, work => work.DecodeProtobufObjects()),
        new("protobuf_packed_ns", "Google.Protobuf, packed columns", false, work => work.DecodeProtobuf()),
        new("messagepack_ns", "MessagePack reader, packed columns", false, work => work.DecodeMessagePack()),
        new("memorypack_ns", "MemoryPack, columns", false, work => work.DecodeMemoryPack()),
        new("cbor_ns", "System.Formats.Cbor, objects", false, work => work.DecodeCborObjects()),
        new("cbor_reader_ns", "System.Formats.Cbor, reader reused", false, work => work.DecodeCbor()),
        new("json_ns", "System.Text.Json reader, arrays", false, work => work.DecodeJson()),
        new(Hmac, "HMAC, key of 10,000 sessions", true, work => work.HmacFrames()),
        new(AuthDecode, "authenticate and decode", true, work => work.AuthenticateAndDecodeFrames()),
    ];

    /// <summary>How many sightings or frames the work has.</summary>
    public int UnitsOf(DecodeWork work) => PerFrame ? work.Frames : work.Sightings;
}

/// <summary>What was measured of one method, for all of its work.</summary>
/// <param name="Nanoseconds">Time of one call.</param>
/// <param name="AllocatedBytes">Bytes allocated by one call.</param>
internal readonly record struct Measured(double Nanoseconds, double AllocatedBytes);
