using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>Receipts that would empty the queue: malformed, or of other sessions.</summary>
internal static class ReceiptFrames
{
    private const FrameType Type = FrameType.Receipt;

    internal static HostileFrame[] All { get; } =
    [
        Of("a receipt that ends in its count", "refused by TooShort", s => s.Sealed(Type, 9)),
        Of("a receipt without entries", "refused by CountInvalid", s => s.Sealed(Type, [0, .. new byte[10]])),
        Of("a receipt with too many boots", "refused by CountInvalid", s => s.Sealed(
            Type, [9, .. Enumerable.Range(0, 9).SelectMany(i => s.Entry(s.Boot + (uint)i))])),
        Of("a receipt that names a boot twice", "refused by Repeated", s => s.Sealed(
            Type, [2, .. s.Entry(s.Boot), .. s.Entry(s.Boot)])),
        Of("a receipt with fewer entries than it says", "refused by TooShort",
            s => RunningIntoTag(s, 2, [0, 0], tag => tag[3] != 0)),
        Of("a receipt of no boot", "refused by ValueInvalid", s => s.Sealed(Type, [1, .. s.Entry(0)])),
        Of("a receipt of a boot that the chip cannot count", "refused by ValueInvalid", s => s.Sealed(
            Type, [1, .. s.Entry(WireLimits.MaxBoot + 1)])),
        Of("a receipt with too long a bitmap", "refused by LengthInvalid", s => Entry(s, [33, .. new byte[33], 0])),
        Of("a receipt whose bitmap runs into its tag", "refused by TooShort",
            s => RunningIntoTag(s, 1, [2, 0], tag => tag[1] > WireLimits.MaxRefused)),
        Of("a receipt with too many refused records", "refused by CountInvalid",
            s => Entry(s, [0, 33, .. Refused(33)])),
        Of("a receipt whose refused records run into its tag", "refused by TooShort",
            s => RunningIntoTag(s, 1, [0, WireLimits.MaxRefused], tag => tag[0] != 0 && tag[4] != 0)),
        Of("a receipt that refuses no record", "refused by ValueInvalid", s => Entry(s, [0, 1, 0, 0, 0, 0, 1])),
        Of("a receipt that refuses for no reason", "refused by ValueInvalid", s => Entry(s, [0, 1, 1, 0, 0, 0, 0])),
        Of("a receipt whose extension runs into its tag", "refused by ExtensionMalformed",
            s => s.Sealed(Type, [1, .. s.Entry(s.Boot), 9, 1])),
        Of("a receipt of another version", "refused by VersionUnknown",
            s => s.SealedInVersion(2, Type, [1, .. s.Entry(s.Boot)])),
        Of("a receipt under the key of frames that go up", "refused", s => BeaconScene.Sealed(
            Type, s.Session.UpKey, s.Service.LastSession, [1, .. s.Entry(s.Boot)])),
        Of("a receipt for another session", "refused", s => BeaconScene.Sealed(
            Type, s.Session.DownKey, s.Service.LastSession + 1, [1, .. s.Entry(s.Boot)])),
        Of("a receipt of the session before, after a receipt", "refused", s =>
        {
            byte[] frame = s.Sealed(Type, [1, .. s.Entry(s.Boot)]);
            s.Renew();
            Assert.True(s.Rig.RunUntil(() => s.Rig.Counters.QueueDepth > 0, 300_000));
            return frame;
        }),
        Of("a receipt that comes again", "not refused", s =>
        {
            uint through = s.Service.Stored.Keys.Where(key => key.Boot == s.Boot).Max(key => key.Sequence);
            byte[] frame = s.Sealed(Type, [1, .. TestService.U32(s.Boot), .. TestService.U32(through), 0, 0]);
            s.Service.Send(frame);
            Assert.True(s.Rig.RunUntil(() => s.Rig.Counters.QueueDepth == 0, 1_000));
            Assert.True(s.Rig.RunUntil(() => s.Rig.Counters.QueueDepth > 0, 300_000));
            return frame;
        }),
    ];

    private static byte[] Entry(BeaconScene scene, byte[] afterThrough) =>
        scene.Sealed(Type, [1, .. scene.Entry(scene.Boot)[..8], .. afterThrough]);

    /// <summary>What the tag says decides what a reader makes of it that reads on: one that is no entry.</summary>
    private static byte[] RunningIntoTag(
        BeaconScene scene, byte entries, byte[] afterThrough, Func<byte[], bool> isNoEntry)
    {
        for (uint through = 1_000; ; through++)
        {
            byte[] frame = scene.Sealed(
                Type, [entries, .. TestService.U32(scene.Boot), .. TestService.U32(through), .. afterThrough]);
            if (isNoEntry(frame[^FrameTag.Size..])) return frame;
        }
    }

    private static byte[] Refused(int count) =>
        [.. Enumerable.Range(1, count).SelectMany(i => (byte[])[.. TestService.U32((uint)i), 1])];

    private static HostileFrame Of(string name, string outcome, Func<BeaconScene, byte[]> make) => new(
        name, outcome, () =>
        {
            using var scene = new BeaconScene();
            return scene.Observe(scene.TakesReceipt, make(scene));
        });
}
