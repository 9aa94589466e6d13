using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>Refusals: malformed, for other Hellos, by others, unsigned. Signed where they say so.</summary>
internal static class RefusalFrames
{
    private const byte Revoked = (byte)AttestationOutcome.Revoked;
    private const int OutcomeAt = 22;
    private const int SignedAt = 27;

    internal static HostileFrame[] All { get; } =
    [
        Of("a refusal that is a header", "Malformed by TooShort", _ => [1, 0x83, 0, 0, 0, 0]),
        Of("a refusal that accepts", "Malformed by ValueInvalid", s => Changed(s, OutcomeAt, 0)),
        Of("a refusal signed in another way", "Malformed by ValueInvalid", s => Changed(s, SignedAt, 2)),
        Of("an unsigned refusal with more behind it", "Malformed by TooLong",
            s => [.. s.Service.Refusal(s.Hello, Revoked, 60, isSigned: false), 0]),
        Of("a signed refusal without certificate", "Malformed by TooShort",
            s => s.Service.Refusal(s.Hello, Revoked, 60, isSigned: true)[..(SignedAt + 1)]),
        Of("a refusal of another version", "Malformed by VersionUnknown", s => Changed(s, 0, 2)),
        Of("a refusal whose extension runs into its signature", "Malformed by ExtensionMalformed",
            s => s.Service.SignRefusal([.. Body(s), 9, 1], s.Hello)),
        Of("a refusal by a key for configurations", "Malformed by ValueInvalid", s =>
        {
            s.Service.Usage = ServiceCertificate.UsageConfiguration;
            return s.Service.Refusal(s.Hello, Revoked, 60, isSigned: true);
        }),
        Of("a refusal with the nonce of the Hello before", "NotForThisHello",
            s => s.Service.SignRefusal([.. Header, .. s.HelloBefore[6..22], .. Body(s)[OutcomeAt..]], s.Hello)),
        Of("an unsigned refusal with the nonce of the Hello before", "NotForThisHello",
            s => s.Service.Refusal(s.HelloBefore, Revoked, 60, isSigned: false)),
        Of("a refusal for another beacon's Hello with this nonce", "SignatureInvalid",
            s => s.Service.Refusal(s.HelloOfAnother(), Revoked, 60, isSigned: true)),
        Of("a refusal by a service of another root", "CertificateUntrusted",
            s => s.Foreign.Refusal(s.Hello, Revoked, 60, isSigned: true)),
        Of("a refusal by a key older than one seen", "CertificateRolledBack", s =>
        {
            s.Service.CertificateVersion = 6;
            return s.Service.Refusal(s.Hello, Revoked, 60, isSigned: true);
        }),
        Of("an unsigned refusal", "unsigned CouldNotCheck, back-off 60 s",
            s => s.Service.Refusal(s.Hello, Revoked, 60, isSigned: false)),
        new("a refusal when no exchange runs", "NothingOutstanding", () =>
        {
            using var scene = new ExchangeScene();
            return scene.Observe(
                () => scene.OnRefusal(scene.Service.Refusal(scene.Hello, Revoked, 60, isSigned: false)),
                scene.OnNextExchange);
        }),
        new("a refusal after so many made up for the same Hello", "NothingOutstanding", () =>
        {
            using var scene = new ExchangeScene();
            scene.SendHello();
            scene.Service.Signer = scene.Stranger;
            for (int i = 0; i < AttestationExchange.SignatureChecksPerHello; i++)
                scene.OnRefusal(scene.Service.Refusal(scene.Hello, Revoked, 60, isSigned: true));
            scene.Service.Signer = null;
            return scene.Observe(
                () => scene.OnRefusal(scene.Service.Refusal(scene.Hello, Revoked, 60, isSigned: true)),
                scene.OnNextExchange);
        }),
    ];

    private static byte[] Header => [1, 0x83, 0, 0, 0, 0];

    /// <summary>A signed refusal up to its signature.</summary>
    private static byte[] Body(ExchangeScene scene) =>
        scene.Service.Refusal(scene.Hello, Revoked, 60, isSigned: true)[..^64];

    private static byte[] Changed(ExchangeScene scene, int at, byte value)
    {
        byte[] body = Body(scene);
        body[at] = value;
        return scene.Service.SignRefusal(body, scene.Hello);
    }

    /// <summary>One that comes while a Hello waits.</summary>
    private static HostileFrame Of(string name, string outcome, Func<ExchangeScene, byte[]> make) => new(
        name, outcome, () =>
        {
            using var scene = new ExchangeScene();
            scene.SendHello();
            byte[] frame = make(scene);
            return scene.Observe(() => scene.OnRefusal(frame), scene.OnGenuineRefusal);
        });
}
