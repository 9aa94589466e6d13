using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>Results: malformed, replayed, of other sessions. Sealed under the exchange's keys where possible.</summary>
internal static class ResultFrames
{
    private const uint Session = 9;

    internal static HostileFrame[] All { get; } =
    [
        Of("a result without a session", "Malformed by SessionMissing", s => s.Session.Result(0, 60)),
        Of("a result that is a header and a tag", "Malformed by TooShort", s => Sealed(s, Header)),
        Of("a result with more secrets than a frame has", "Malformed by CountInvalid",
            s => s.Session.Result(Session, 60, [.. Enumerable.Repeat(((byte)9, Array.Empty<byte>()), 9)])),
        Of("a result that ends in the head of a secret", "Malformed by TooShort", s => Sealed(s, [.. Head(1), 9])),
        Of("a result whose secret runs into its tag", "Malformed by TooShort", s => Sealed(s, [.. Head(1), 9, 1])),
        Of("a result with a short identifier key", "Malformed by LengthInvalid", s => s.Session.Result(
            Session, 60, (1, new byte[20]))),
        Of("a result with a short pseudonym key", "Malformed by LengthInvalid", s => s.Session.Result(
            Session, 60, (2, new byte[17]))),
        Of("a result with too large a secret", "Malformed by LengthInvalid", s => s.Session.Result(
            Session, 60, (9, new byte[WireLimits.MaxSecretBytes + 1]))),
        Of("a result whose extension runs into its tag", "Malformed by ExtensionMalformed",
            s => Sealed(s, [.. Head(0), 9, 1])),
        Of("a result of another version", "Malformed by VersionUnknown",
            s => Sealed(s, [2, .. Head(0)[1..]])),
        Of("a result under the keys of the exchange before", "TagMismatch", s => s.Before.Result(Session, 60)),
        Of("a result under the key of frames that go up", "TagMismatch",
            s => TestSession.Seal(s.Session.UpKey, s.Session.ResultBody(Session, 60))),
        new("a result that comes again", "NothingOutstanding", () =>
        {
            using var scene = new ExchangeScene();
            return scene.Observe(() => scene.OnResult(scene.Before.Result(Session, 60)), scene.OnNextExchange);
        }),
        new("a result under no key when no exchange runs", "NothingOutstanding", () =>
        {
            using var scene = new ExchangeScene();
            return scene.Observe(() => scene.OnResult(UnderNoKey(scene)), scene.OnNextExchange);
        }),
        new("a result under no key when a Hello waits", "NothingOutstanding", () =>
        {
            using var scene = new ExchangeScene();
            scene.SendHello();
            return scene.Observe(() => scene.OnResult(UnderNoKey(scene)), scene.OnGenuineChallenge);
        }),
        new("an identifier key whose exponent is out of range", "Accepted; changed session, keys, what is outstanding",
            () =>
            {
                using var scene = new ExchangeScene();
                scene.SendEvidence();
                byte[] secret = new byte[21];
                secret[16] = 16;
                byte[] result = scene.Session.Result(Session, 60, (1, secret));
                return scene.Observe(() => scene.OnResult(result), scene.OnNextExchange);
            }),
    ];

    private static byte[] Header => [1, 0x82, .. TestService.U32(Session)];

    private static byte[] Head(byte secrets) =>
        [.. Header, .. TestService.U64(TestService.Now), .. TestService.U32(60), secrets];

    private static byte[] Sealed(ExchangeScene scene, byte[] body) => TestSession.Seal(scene.Session.DownKey, body);

    /// <summary>Outside an exchange the beacon's keys are zeros, which everybody knows.</summary>
    private static byte[] UnderNoKey(ExchangeScene scene) =>
        TestSession.Seal(new byte[32], scene.Before.ResultBody(Session, 60));

    /// <summary>One that comes while an Evidence waits.</summary>
    private static HostileFrame Of(string name, string outcome, Func<ExchangeScene, byte[]> make) => new(
        name, outcome, () =>
        {
            using var scene = new ExchangeScene();
            scene.SendEvidence();
            byte[] frame = make(scene);
            return scene.Observe(() => scene.OnResult(frame), scene.OnGenuineResult);
        });
}
