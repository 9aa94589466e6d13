using System.Security.Cryptography;
using LumenLink.Beacon.Security;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>A fault at every transfer of every operation: once it costs a retry, for ever it has a name.</summary>
public sealed class Atecc608FaultTests
{
    private const int LongestOperationMs = 20_000;
    private static readonly byte[] Digest = SHA256.HashData("message"u8);

    public enum Operation
    {
        PublicKey,
        Counter,
        Serial,
        Random,
        Sign,
        Verify,
        Ephemeral,
        Ecdh,
    }

    public static TheoryData<Operation, byte> Operations()
    {
        var data = new TheoryData<Operation, byte>();
        foreach (Operation operation in Enum.GetValues<Operation>())
        {
            foreach (byte mode in (byte[])[ChipModes.M0, ChipModes.M1, ChipModes.M2]) data.Add(operation, mode);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void One_fault_at_any_transfer_is_overcome(Operation operation, byte mode)
    {
        int transfers = TransfersOf(operation, mode);
        Assert.InRange(transfers, 4, 2_000);
        foreach (BusFault fault in Enum.GetValues<BusFault>())
        {
            for (int at = 0; at < transfers; at++)
            {
                Board board = Prepare(operation, mode, (number, kind) => kind == fault && number == at);
                Assert.True(ChipStatus.Ok == Run(board, operation), $"{fault} at transfer {at}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Faults_from_any_transfer_on_end_with_a_name_in_bounded_time(Operation operation, byte mode)
    {
        int transfers = TransfersOf(operation, mode);
        foreach (BusFault fault in Enum.GetValues<BusFault>())
        {
            for (int at = 0; at < transfers; at++)
            {
                Board board = Prepare(operation, mode, (number, kind) => kind == fault && number >= at);
                long before = board.Clock.NowMs;
                ChipStatus status = Run(board, operation);
                Assert.InRange(board.Clock.NowMs - before, 0, LongestOperationMs);
                Assert.True(IsNameFor(fault, status), $"{fault} from transfer {at} on: {status}");
            }
        }
    }

    [Theory]
    [InlineData(Operation.PublicKey)]
    [InlineData(Operation.Random)]
    [InlineData(Operation.Sign)]
    [InlineData(Operation.Verify)]
    public void A_chip_that_falls_asleep_at_any_command_is_woken_and_asked_again(Operation operation)
    {
        for (int command = 1; command <= 4; command++)
        {
            Board board = Prepare(operation, ChipModes.M0, (_, _) => false);
            board.Faults.SleepAtCommand(command);
            Assert.Equal(ChipStatus.Ok, Run(board, operation));
        }
    }

    [Fact]
    public void A_lost_ephemeral_key_is_named()
    {
        Board board = Prepare(Operation.Ecdh, ChipModes.M0, (_, _) => false);
        board.Faults.SleepAtCommand(1);
        Assert.Equal(ChipStatus.ExecutionError, Run(board, Operation.Ecdh));
    }

    [Fact]
    public void An_answer_damaged_on_the_way_is_read_again_and_not_computed_again()
    {
        Board board = Prepare(Operation.Counter, ChipModes.M0, (_, _) => false);
        Assert.Equal(ChipStatus.Ok, board.Driver.IncrementBootCounter(out uint first));
        board.Faults.CorruptNextReads(1);
        int spared = 0; // the damage must hit the answer, not the wake
        board.Bus.Fault = (_, fault) => fault == BusFault.FlipRead && board.Bus.Answers > 2 && spared++ == 0;
        Assert.Equal(ChipStatus.Ok, board.Driver.IncrementBootCounter(out uint second));
        Assert.Equal(first + 1, second);
    }

    [Fact]
    public void Answers_that_the_chip_itself_damages_are_computed_again()
    {
        Board board = Prepare(Operation.Random, ChipModes.M0, (_, _) => false);
        Assert.Equal(ChipStatus.Ok, Run(board, Operation.Random));
        board.Faults.CorruptNextResponses(2);
        Assert.Equal(ChipStatus.Ok, Run(board, Operation.Random));
        board.Faults.CorruptNextResponses(1_000);
        Assert.Equal(ChipStatus.NoAnswer, Run(board, Operation.Random));
    }

    [Fact]
    public void The_watchdogs_answer_is_tried_again_once()
    {
        Board board = Prepare(Operation.Random, ChipModes.M0, (_, _) => false);
        Assert.Equal(ChipStatus.Ok, Run(board, Operation.Random));
        int before = board.Bus.Commands.Count;
        int reads = 0;
        board.Bus.Fault = (_, fault) => fault == BusFault.SayWatchdog && ++reads % 2 == 0; // spare the wakes
        Assert.Equal(ChipStatus.WatchdogAboutToExpire, Run(board, Operation.Random));
        Assert.Equal(2, board.Bus.Commands.Count - before);
    }

    [Fact]
    public void No_command_allocates()
    {
        var driver = new Atecc608(new CannedBus(), new StandingClock());
        byte[] key = new byte[64];
        byte[] secret = new byte[32];
        Assert.Equal(0, Allocation.Of(() =>
        {
            driver.ReadPublicKey(key, 0);
            driver.IncrementBootCounter(out _);
            driver.ReadSerial(key, 0);
            driver.Random(key, 0);
            driver.Sign(Digest, key, 0);
            driver.Verify(key, 0, Digest, key, 0);
            driver.GenerateEphemeral(key, 0);
            driver.EphemeralEcdh(key, 0, secret);
            driver.Sleep();
        }));
        Assert.Equal(ChipStatus.Ok, driver.Sign(Digest, key, 0)); // the bus did answer
    }

    private static bool IsNameFor(BusFault fault, ChipStatus status) => fault switch
    {
        // What came before the first faulty transfer, or needs none of its kind, may succeed.
        _ when status == ChipStatus.Ok => true,
        BusFault.NackWrite => status is ChipStatus.BusError or ChipStatus.NoAnswer,
        BusFault.NackRead => status == ChipStatus.NoAnswer,
        BusFault.FlipWrite => status is ChipStatus.CrcError or ChipStatus.NoAnswer or ChipStatus.BusError,
        BusFault.FlipRead => status is ChipStatus.CrcError or ChipStatus.NoAnswer,
        BusFault.ZeroCount => status is ChipStatus.ResponseMalformed or ChipStatus.NoAnswer,
        _ => status is ChipStatus.WatchdogAboutToExpire or ChipStatus.NoAnswer,
    };

    private static int TransfersOf(Operation operation, byte mode)
    {
        Board board = Prepare(operation, mode, (_, _) => false);
        int before = board.Bus.Transfers;
        Assert.Equal(ChipStatus.Ok, Run(board, operation));
        return board.Bus.Transfers - before;
    }

    /// <summary>A board whose bus counts its transfers from here.</summary>
    private static Board Prepare(Operation operation, byte mode, Func<int, BusFault, bool> fault)
    {
        var board = new Board(mode);
        if (operation == Operation.Ecdh) Assert.Equal(ChipStatus.Ok, board.Driver.GenerateEphemeral(new byte[64], 0));
        int start = board.Bus.Transfers;
        board.Bus.Fault = (number, kind) => fault(number - start, kind);
        return board;
    }

    private static ChipStatus Run(Board board, Operation operation)
    {
        Atecc608 chip = board.Driver;
        byte[] key = new byte[64];
        switch (operation)
        {
            case Operation.PublicKey:
                return chip.ReadPublicKey(key, 0);
            case Operation.Counter:
                return chip.IncrementBootCounter(out _);
            case Operation.Serial:
                return chip.ReadSerial(key, 0);
            case Operation.Random:
                return chip.Random(key, 0);
            case Operation.Sign:
                return chip.Sign(Digest, key, 0);
            case Operation.Verify:
                return chip.Verify(Signed.PublicKey, 0, Digest, Signed.Signature, 0);
            case Operation.Ephemeral:
                return chip.GenerateEphemeral(key, 0);
            default:
                return chip.EphemeralEcdh(Signed.PublicKey, 0, new byte[32]);
        }
    }

    private static class Signed
    {
        private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        internal static readonly byte[] PublicKey = Keys.Public(Key);
        internal static readonly byte[] Signature = Key.SignHash(Digest);
    }
}
