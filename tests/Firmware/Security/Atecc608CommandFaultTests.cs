using System.Security.Cryptography;
using LumenLink.Beacon.Security;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>One fault at any transfer, and EE at any command, of the commands beyond a beacon's own.</summary>
public sealed class Atecc608CommandFaultTests
{
    private static readonly byte[] Message = [.. Enumerable.Range(0, 130).Select(i => (byte)i)];

    /// <summary>Each does its command and says whether the result is right, if the chip said Ok.</summary>
    private static readonly Dictionary<string, Func<CommandRig, (ChipStatus Status, bool IsRight)>> Operations = new()
    {
        ["Revision"] = rig => (rig.Device.Revision(out uint revision), revision == 0x6003),
        ["State"] = rig => (rig.Device.State(out bool valid, out _), !valid),
        ["KeyValid"] = rig => (rig.Device.IsKeyValid(CommandRig.SignSlot, out bool valid), valid),
        ["ReadCounter"] = rig => (rig.Device.ReadCounter(1, out uint value), value == 0),
        ["SelfTest"] = rig => (rig.Device.SelfTest(ChipSelfTests.All, out byte failed), failed == 0),
        ["ReadWord"] = ReadWord,
        ["WriteBlock"] = WriteBlock,
        ["RandomNonce"] = rig => (rig.Keys.RandomNonce(new byte[20], new byte[32], 0), true),
        ["Sha"] = Hash,
        ["Hmac"] = Hmac,
        ["Hkdf"] = Hkdf,
        ["Aes"] = Aes,
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_fault_at_any_transfer_is_overcome_and_the_result_is_right(string operation)
    {
        int transfers = TransfersOf(operation);
        foreach (BusFault fault in Enum.GetValues<BusFault>())
        {
            if (fault == BusFault.SayWatchdog) continue; // the chip's own word is the next test
            for (int at = 0; at < transfers; at++)
            {
                CommandRig rig = Prepare((number, kind) => kind == fault && number == at);
                (ChipStatus status, bool isRight) = Operations[operation](rig);
                Assert.True(status == ChipStatus.Ok && isRight, $"{fault} at transfer {at}: {status}, {isRight}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_watchdogs_answer_to_any_command_is_overcome(string operation)
    {
        CommandRig plain = Prepare((_, _) => false);
        int before = plain.Board.Bus.Commands.Count;
        Operations[operation](plain);
        int commands = plain.Board.Bus.Commands.Count - before;
        for (int command = 1; command <= commands; command++)
        {
            CommandRig rig = Prepare((_, _) => false);
            rig.Board.Faults.WatchdogAtCommand(command);
            (ChipStatus status, bool isRight) = Operations[operation](rig);
            Assert.True(status == ChipStatus.Ok && isRight, $"command {command}: {status}, {isRight}");
        }
    }

    [Theory]
    [InlineData("Sha")]
    [InlineData("Hmac")]
    public void A_hash_that_the_chip_lost_is_begun_anew(string operation)
    {
        for (int command = 1; command <= 4; command++)
        {
            CommandRig rig = Prepare((_, _) => false);
            rig.Board.Faults.SleepAtCommand(command);
            (ChipStatus status, bool isRight) = Operations[operation](rig);
            Assert.True(status == ChipStatus.Ok && isRight, $"command {command}: {status}, {isRight}");
        }
    }

    /// <summary>A second update with the same bytes would be another hash.</summary>
    [Fact]
    public void A_step_whose_answer_is_lost_is_not_sent_again()
    {
        CommandRig rig = new CommandRig().Provision();
        CommandRig.Ok(rig.Hash.Start());
        rig.Board.Bus.Fault = (_, fault) => fault == BusFault.FlipRead && rig.Board.Bus.IsCommandUnderWay;
        int before = rig.Board.Bus.Commands.Count;
        Assert.Equal(ChipStatus.CrcError, rig.Hash.Update(Message, 0));
        Assert.Equal(1, rig.Board.Bus.Commands.Count - before);
    }

    [Fact]
    public void A_derivation_over_its_own_key_is_not_sent_again()
    {
        CommandRig rig = new CommandRig().Provision();
        CommandRig.Ok(rig.Keys.Load(ChipBuffer.TempKey, Message, 0, 32));
        rig.Board.Bus.Fault = (_, fault) => fault == BusFault.FlipRead && rig.Board.Bus.IsCommandUnderWay;
        int before = rig.Board.Bus.Commands.Count;
        var route = new KdfRoute { Target = KdfTarget.TempKey };
        Assert.Equal(ChipStatus.CrcError, rig.Derivation.Hkdf(route, Message, 0, 16, []));
        Assert.Equal(1, rig.Board.Bus.Commands.Count - before);
    }

    [Fact]
    public void No_command_allocates()
    {
        var link = new Atecc608Link(new CannedBus(), new StandingClock());
        var device = new Atecc608Device(link);
        var zones = new Atecc608Zones(link);
        var hash = new Atecc608Hash(link);
        var derivation = new Atecc608Derivation(link);
        var route = new KdfRoute();
        byte[] bytes = new byte[64];
        Assert.Equal(0, Allocation.Of(() =>
        {
            device.Revision(out _);
            device.SelfTest(ChipSelfTests.All, out _);
            zones.ReadBlock(ChipZone.Configuration, 0, 0, bytes, 0);
            zones.WriteBlock(ChipZone.Data, 8, 0, bytes, 0);
            hash.Sha256(Message, 0, Message.Length, bytes);
            derivation.Hkdf(route, Message, 0, 64, bytes);
        }));
    }

    private static (ChipStatus Status, bool IsRight) ReadWord(CommandRig rig)
    {
        byte[] word = new byte[4];
        return (rig.Zones.ReadWord(ChipZone.Configuration, 0, 16, word, 0), word[0] == 0xC0);
    }

    private static (ChipStatus Status, bool IsRight) WriteBlock(CommandRig rig)
    {
        byte[] read = new byte[32];
        ChipStatus status = rig.Zones.WriteBlock(ChipZone.Data, CommandRig.OpenSlot, 32, Message, 0);
        CommandRig.Ok(rig.Zones.ReadBlock(ChipZone.Data, CommandRig.OpenSlot, 32, read, 0));
        return (status, read.AsSpan().SequenceEqual(Message.AsSpan(0, 32)));
    }

    private static (ChipStatus Status, bool IsRight) Hash(CommandRig rig)
    {
        byte[] digest = new byte[32];
        ChipStatus status = rig.Hash.Sha256(Message, 0, Message.Length, digest);
        return (status, digest.AsSpan().SequenceEqual(SHA256.HashData(Message)));
    }

    private static (ChipStatus Status, bool IsRight) Hmac(CommandRig rig)
    {
        byte[] mac = new byte[32];
        ChipStatus status = rig.Hash.Hmac(CommandRig.HmacSlot, Message, 0, Message.Length, mac);
        return (status, mac.AsSpan().SequenceEqual(HMACSHA256.HashData(CommandRig.HmacKey, Message)));
    }

    private static (ChipStatus Status, bool IsRight) Hkdf(CommandRig rig)
    {
        byte[] derived = new byte[32];
        var route = new KdfRoute { Source = KdfSource.Slot, SourceSlot = CommandRig.HmacSlot };
        ChipStatus status = rig.Derivation.Hkdf(route, Message, 0, 100, derived);
        byte[] expected = HMACSHA256.HashData(CommandRig.HmacKey, Message.AsSpan(0, 100));
        return (status, derived.AsSpan().SequenceEqual(expected));
    }

    private static (ChipStatus Status, bool IsRight) Aes(CommandRig rig)
    {
        byte[] block = new byte[16];
        byte[] plain = Convert.FromHexString("3243F6A8885A308D313198A2E0370734");
        ChipStatus status = rig.Derivation.Encrypt(CommandRig.AesSlot, 1, plain, block);
        return (status, Convert.ToHexString(block) == "3925841D02DC09FBDC118597196A0B32");
    }

    private static int TransfersOf(string operation)
    {
        CommandRig rig = Prepare((_, _) => false);
        int before = rig.Board.Bus.Transfers;
        (ChipStatus status, bool isRight) = Operations[operation](rig);
        Assert.True(status == ChipStatus.Ok && isRight);
        return rig.Board.Bus.Transfers - before;
    }

    private static CommandRig Prepare(Func<int, BusFault, bool> fault)
    {
        CommandRig rig = new CommandRig().Provision();
        rig.Link.Sleep();
        int start = rig.Board.Bus.Transfers;
        rig.Board.Bus.Fault = (number, kind) => fault(number - start, kind);
        return rig;
    }
}
