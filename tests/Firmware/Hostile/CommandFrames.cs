using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>Commands: malformed, replayed, of other sessions, too late. Sealed under the session's key.</summary>
internal static class CommandFrames
{
    private const int Hour = 3_600_000;
    private const int AnswerMs = 100;
    private const uint Next = BeaconScene.Number + 1;
    private const FrameType Type = FrameType.Command;
    private const string Kept = "; changed command, flash";

    internal static HostileFrame[] All { get; } =
    [
        Of("a command of another version", "refused by VersionUnknown",
            s => s.SealedInVersion(2, Type, BeaconScene.Command(Next))),
        Of("a command that is a header and a tag", "refused by TooShort", s => s.Sealed(Type)),
        new("a command that is a header", "refused", () =>
        {
            using var scene = new BeaconScene();
            byte[] frame = scene.Sealed(Type)[..FrameHeader.Size];
            return scene.Observe(scene.TakesCommand, AnswerMs, () => scene.Service.Send(frame));
        }),
        Of("a command without a session", "refused by SessionMissing",
            s => BeaconScene.Sealed(Type, s.Session.DownKey, 0, BeaconScene.Command(Next))),
        Of("a command without an id", "refused by ValueInvalid", s => s.Sealed(Type, BeaconScene.Command(0))),
        Of("a command that expires before all time", "refused by ValueInvalid", s => s.Sealed(
            Type, TestService.Command(Next, (byte)BeaconCommand.Reattest, 0, -TestService.Now - 1))),
        Of("a command whose extension runs into its tag", "refused by ExtensionMalformed",
            s => s.Sealed(Type, [.. BeaconScene.Command(Next), 9, 1])),
        Of("a command for another session", "refused", s => BeaconScene.Sealed(
            Type, s.Session.DownKey, s.Service.LastSession + 1, BeaconScene.Command(Next))),
        Of("a command under the key of frames that go up", "refused", s => BeaconScene.Sealed(
            Type, s.Session.UpKey, s.Service.LastSession, BeaconScene.Command(Next))),
        Of("a command under the session before, after a receipt", "refused", s =>
        {
            byte[] frame = s.Sealed(Type, BeaconScene.Command(Next));
            s.Renew();
            return frame;
        }),
        Of("a command under the session before, with the number of this one", "refused", s =>
        {
            byte[] key = s.Session.DownKey;
            s.Renew();
            return BeaconScene.Sealed(Type, key, s.Service.LastSession, BeaconScene.Command(Next));
        }),
        new("a command under a session that is over", "refused", () =>
        {
            using var scene = new BeaconScene();
            byte[] frame = scene.Sealed(Type, BeaconScene.Command(Next));
            scene.Service.SwallowsAll = true;
            scene.Rig.RunFor(Hour);
            Assert.True(scene.Rig.RunUntil(() => scene.Service.IsConnected, Hour));
            return scene.Observe(
                () =>
                {
                    scene.Service.SwallowsAll = false;
                    return scene.Rig.RunUntil(() => scene.Rig.Counters.Attested, Hour) && scene.TakesCommand();
                },
                AnswerMs,
                () => scene.Service.Send(frame));
        }),
        Of("the last command's id with another command", "answered Done",
            s => s.Sealed(Type, BeaconScene.Command(BeaconScene.Number))),
        Of("an older command", "answered IdNotRising",
            s => s.Sealed(Type, BeaconScene.Command(BeaconScene.Number - 1))),
        Of("a command that comes too late", $"answered Expired{Kept}",
            s => s.Sealed(Type, TestService.Command(Next, (byte)BeaconCommand.Reattest, 0, 0))),
        Of("a command with an argument that it does not have", $"answered ArgumentInvalid{Kept}",
            s => s.Sealed(Type, BeaconScene.Command(Next, argument: 1))),
        Of("a light for longer than may be", $"answered ArgumentInvalid{Kept}",
            s => s.Sealed(Type, BeaconScene.Command(Next, BeaconCommand.Identify, 601))),
        Of("a command that the flash does not keep", "answered NotKept", s =>
        {
            s.Rig.Values.RefusesWrites = true;
            return s.Sealed(Type, BeaconScene.Command(Next));
        }),
    ];

    private static HostileFrame Of(string name, string outcome, Func<BeaconScene, byte[]> make) => new(
        name, outcome, () =>
        {
            using var scene = new BeaconScene();
            return scene.Observe(scene.TakesCommand, make(scene));
        });
}
