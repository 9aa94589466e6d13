using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>Challenges: malformed, cross-beacon, replayed, rolled back, by others. All are signed.</summary>
internal static class ChallengeFrames
{
    internal static HostileFrame[] All { get; } =
    [
        Of("a challenge of another version", "Malformed by VersionUnknown", s => Changed(s, 0, 2)),
        Of("a challenge of an earlier version", "Malformed by VersionUnknown", s => Changed(s, 0, 0)),
        Of("a challenge with a session", "Malformed by SessionNotZero", s => Changed(s, 2, 1)),
        Of("a challenge that calls itself a refusal", "Malformed by TypeNotExpected", s => Changed(s, 1, 0x83)),
        Of("a challenge longer than a frame", "Malformed by TooLong", s => s.Service.Challenge(s.Hello, Extensions(7))),
        Of("nothing", "Malformed by TooShort", _ => []),
        Of("half a header", "Malformed by TooShort", _ => [1, 0x81, 0]),
        Of("a challenge that is a header", "Malformed by TooShort", _ => [1, 0x81, 0, 0, 0, 0]),
        Of("a challenge whose extension runs into its MAC", "Malformed by ExtensionMalformed",
            s => s.Service.Challenge(s.Hello, [9, 1])),
        Of("a challenge by a key for configurations", "Malformed by ValueInvalid", s =>
        {
            s.Service.Usage = ServiceCertificate.UsageConfiguration;
            return s.Service.Challenge(s.Hello);
        }),
        Of("a challenge with the nonce of the Hello before", "NotForThisHello",
            s => s.Service.SignChallenge(s.Service.ChallengeBody(s.HelloBefore), s.Hello)),
        Of("a challenge for another beacon's Hello with this nonce", "SignatureInvalid",
            s => s.Service.Challenge(s.HelloOfAnother())),
        Of("a challenge by a service of another root", "CertificateUntrusted", s => s.Foreign.Challenge(s.Hello)),
        Of("a challenge whose certificate names another key", "CertificateUntrusted", s =>
        {
            s.Service.NamedKey = s.Service.RootKey;
            return s.Service.Challenge(s.Hello);
        }),
        Of("a challenge by a key that the root did not certify", "CertificateUntrusted", s =>
        {
            s.Service.Certifier = s.Stranger;
            return s.Service.Challenge(s.Hello);
        }),
        Of("a challenge by a key older than one seen", "CertificateRolledBack", s =>
        {
            s.Service.CertificateVersion = 6;
            return s.Service.Challenge(s.Hello);
        }),
        Of("a challenge by another key than the certified one", "SignatureInvalid", s =>
        {
            s.Service.Signer = s.Stranger;
            return s.Service.Challenge(s.Hello);
        }),
        new("a challenge after the Evidence", "NothingOutstanding", () =>
        {
            using var scene = new ExchangeScene();
            scene.SendEvidence();
            return scene.Observe(
                () => scene.OnChallenge(scene.Service.Challenge(scene.Hello)), scene.OnGenuineResult);
        }),
        new("a challenge that was answered, after the session began", "NothingOutstanding", () =>
        {
            using var scene = new ExchangeScene();
            return scene.Observe(
                () => scene.OnChallenge(scene.Service.Challenge(scene.Hello)), scene.OnNextExchange);
        }),
        new("a challenge after so many made up for the same Hello", "NothingOutstanding", () =>
        {
            using var scene = new ExchangeScene();
            scene.SendHello();
            scene.Service.Signer = scene.Stranger;
            for (int i = 0; i < AttestationExchange.SignatureChecksPerHello; i++)
                scene.OnChallenge(scene.Service.Challenge(scene.Hello));
            scene.Service.Signer = null;
            return scene.Observe(
                () => scene.OnChallenge(scene.Service.Challenge(scene.Hello)), scene.OnNextExchange);
        }),
    ];

    /// <summary>So many extensions of the largest size.</summary>
    internal static byte[] Extensions(int count) =>
        [.. Enumerable.Range(0, count).SelectMany(_ => (byte[])[9, 255, .. new byte[255]])];

    private static byte[] Changed(ExchangeScene scene, int at, byte value)
    {
        byte[] body = scene.Service.ChallengeBody(scene.Hello);
        body[at] = value;
        return scene.Service.SignChallenge(body, scene.Hello);
    }

    /// <summary>One that comes while a Hello waits.</summary>
    private static HostileFrame Of(string name, string outcome, Func<ExchangeScene, byte[]> make) => new(
        name, outcome, () =>
        {
            using var scene = new ExchangeScene();
            scene.SendHello();
            byte[] frame = make(scene);
            return scene.Observe(() => scene.OnChallenge(frame), scene.OnGenuineChallenge);
        });
}
