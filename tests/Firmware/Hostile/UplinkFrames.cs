using LumenLink.Beacon;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>What the uplink makes of attestation's frames, and of what is none.</summary>
internal static class UplinkFrames
{
    internal static HostileFrame[] All { get; } =
    [
        Of("a frame of no known type", "refused", s => [1, 0x87, .. TestService.U32(s.Service.LastSession)]),
        Of("records that come down", "refused", s => s.Sealed(FrameType.Records, [1, .. s.Entry(s.Boot)])),
        Of("bytes that are no frame", "refused", _ => [9, 9, 9]),
        Of("a frame that is empty", "refused", _ => []),
        new("a frame that is too long, and one that has it counted", "refused 2", () =>
        {
            using var scene = new BeaconScene();
            byte[] command = [.. BeaconScene.Command(BeaconScene.Number + 1), .. ChallengeFrames.Extensions(8)];
            return scene.Observe(scene.TakesCommand, scene.Sealed(FrameType.Command, command), [9]);
        }),
        Of("a challenge that comes again", "refused", s => s.Service.LastChallenge),
        Of("a result that comes again when receipts stay out", "refused", s =>
        {
            Assert.True(s.Rig.RunUntil(() => s.Rig.Counters.ReceiptsMissed > 0, 300_000));
            return s.Session.Result(s.Service.LastSession, 60);
        }),
        Of("a refusal that nobody asked for", "refused",
            s => s.Service.Keys.Refusal(s.Service.LastHello, 9, 60, isSigned: true)),
        new("more frames than the inbox holds", $"refused {DeviceLimits.InboxFrames + 9}", () =>
        {
            using var scene = new BeaconScene();
            return scene.Observe(
                scene.TakesCommand,
                [.. Enumerable.Repeat((byte[])[9, 9, 9], DeviceLimits.InboxFrames + 9)]);
        }),
        new("an unsigned refusal that asks for a day's silence", "attests again within the bound", () =>
        {
            using var scene = new BeaconScene();
            scene.Service.SwallowsReceipts = false;
            scene.Service.Refuses = (byte)AttestationOutcome.Revoked;
            scene.Service.RefusesUnsigned = true;
            scene.Service.RetryAfterS = 86_400;
            scene.Rig.Parts.Attestation.AttestNow(scene.Rig.Clock.LinkMs);
            scene.Rig.RunFor(1_000);
            scene.Service.Refuses = 0;
            long attestations = scene.Rig.Counters.Attestations;
            return scene.Rig.RunUntil(
                () => scene.Rig.Counters.Attestations > attestations, 2 * DeviceLimits.AttestationRetryMaxMs)
                ? "attests again within the bound" : "silent";
        }),
    ];

    private static HostileFrame Of(string name, string outcome, Func<BeaconScene, byte[]> make) => new(
        name, outcome, () =>
        {
            using var scene = new BeaconScene();
            return scene.Observe(scene.TakesCommand, make(scene));
        });
}
