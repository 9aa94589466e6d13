using System.Security.Cryptography;
using System.Text;
using LumenLink.Beacon.Control;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>Configurations: malformed, of others, for others, older. Signed and sealed anew.</summary>
internal static class ConfigFrames
{
    private const uint Next = BeaconScene.Number + 1;
    private const FrameType Type = FrameType.Config;
    private static readonly byte[] Text = "region=hostile\n"u8.ToArray();

    internal static HostileFrame[] All { get; } =
    [
        Of("a configuration that ends in its text's length", "refused by TooShort",
            s => s.Sealed(Type, [.. TestService.U32(Next), 0xFF, 0xFF])),
        Of("a configuration without a version", "refused by ValueInvalid", s => s.Sealed(Type, Signed(s, 0, Text))),
        Of("a configuration with too large a text", "refused by LengthInvalid", s => s.Sealed(
            Type, Signed(s, Next, [.. Enumerable.Repeat((byte)'\n', WireLimits.MaxConfigBytes + 1)]))),
        Of("a configuration whose text runs past its end", "refused by TooShort", s => s.Sealed(
            Type, s.Service.Keys.SignConfig(s.BeaconId, [.. TestService.U32(Next), 0xFF, 0, .. new byte[142]]))),
        Of("a configuration that is no text", "refused by ValueInvalid", s => s.Sealed(
            Type, Signed(s, Next, "# \u0007\n"u8.ToArray()))),
        Of("a configuration by a key for attestation", "refused by ValueInvalid", s => s.Sealed(
            Type, s.Service.Keys.SignedConfig(s.BeaconId, Next, Text, usage: 1))),
        Of("a configuration whose extension runs into its signature", "refused by ExtensionMalformed", s => s.Sealed(
            Type, s.Service.Keys.SignedConfig(s.BeaconId, Next, Text, extensions: [9, 1]))),
        Of("a configuration of another version", "refused by VersionUnknown",
            s => s.SealedInVersion(2, Type, Signed(s, Next, Text))),
        Of("a configuration under the key of frames that go up", "refused", s => BeaconScene.Sealed(
            Type, s.Session.UpKey, s.Service.LastSession, Signed(s, Next, Text))),
        Of("a configuration for another beacon", "answered SignatureInvalid", s => s.Sealed(
            Type, s.Service.Keys.SignedConfig(new byte[8], Next, Text))),
        Of("a configuration signed by another key", "answered SignatureInvalid", s =>
        {
            using ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            s.Service.Keys.Signer = stranger;
            return s.Sealed(Type, Signed(s, Next, Text));
        }),
        Of("a configuration by a key that the root did not certify", "answered SignatureInvalid", s =>
        {
            using ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            s.Service.Keys.Certifier = stranger;
            return s.Sealed(Type, Signed(s, Next, Text));
        }),
        Of("a configuration by a service of another root", "answered SignatureInvalid", s =>
        {
            using var foreign = new TestService();
            return s.Sealed(Type, foreign.SignedConfig(s.BeaconId, Next, Text));
        }),
        Of("a configuration whose certificate names another key", "answered SignatureInvalid", s =>
        {
            s.Service.Keys.NamedKey = s.Service.Keys.RootKey;
            return s.Sealed(Type, Signed(s, Next, Text));
        }),
        Of("a configuration by a key older than one seen", "answered SignatureInvalid", s =>
        {
            s.Service.Keys.ConfigCertificateVersion = 2;
            return s.Sealed(Type, Signed(s, Next, Text));
        }),
        Of("the same version with another text", "answered Done",
            s => s.Sealed(Type, Signed(s, BeaconScene.Number, Text))),
        Of("an older configuration", "answered VersionNotRising",
            s => s.Sealed(Type, Signed(s, BeaconScene.Number - 1, Text))),
        Of("a configuration that pins a root", "answered TextInvalid; changed configuration, flash",
            s => s.Sealed(Type, Signed(s, Next, Encoding.ASCII.GetBytes(
                $"root_key_1={Convert.ToHexString(new byte[64])}\n")))),
        Of("a configuration that the chip could not check", "answered CouldNotCheck; changed chip failures", s =>
        {
            s.Rig.Chip.Broken = ChipStatus.ExecutionError;
            return s.Sealed(Type, Signed(s, Next, Text));
        }),
        Of("a configuration that the flash does not keep", "answered NotKept", s =>
        {
            s.Rig.Values.RefusesWrites = true;
            return s.Sealed(Type, Signed(s, Next, Text));
        }),
        Of("a configuration that is wrong, and the flash does not keep that", "answered NotKept", s =>
        {
            s.Rig.Values.RefusesWrites = true;
            return s.Sealed(Type, Signed(s, Next, "audience=other\n"u8.ToArray()));
        }),
        new("a configuration when the flash has lost the last one", "answered NotKept", () =>
        {
            using var scene = new BeaconScene();
            byte[] kept = scene.Rig.Values.Read(ConfigLedger.Name)!;
            scene.Rig.Values.Write(ConfigLedger.Name, []);
            return scene.Observe(
                () => scene.Rig.Values.Write(ConfigLedger.Name, kept) && scene.TakesConfig(),
                scene.Sealed(Type, Signed(scene, Next, Text)));
        }),
    ];

    private static byte[] Signed(BeaconScene scene, uint version, byte[] text) =>
        scene.Service.Keys.SignedConfig(scene.BeaconId, version, text);

    private static HostileFrame Of(string name, string outcome, Func<BeaconScene, byte[]> make) => new(
        name, outcome, () =>
        {
            using var scene = new BeaconScene();
            return scene.Observe(scene.TakesConfig, make(scene));
        });
}
