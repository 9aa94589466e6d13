using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>Tests of the chip by itself, as bits of SelfTest.</summary>
    public static class ChipSelfTests
    {
        /// <summary>The random generator.</summary>
        public const byte RandomGenerator = 0x01;

        /// <summary>Signing and verifying.</summary>
        public const byte Ecdsa = 0x04;

        /// <summary>Key agreement.</summary>
        public const byte Ecdh = 0x08;

        /// <summary>AES.</summary>
        public const byte Aes = 0x10;

        /// <summary>SHA-256.</summary>
        public const byte Sha = 0x20;

        /// <summary>Every test.</summary>
        public const byte All = RandomGenerator | Ecdsa | Ecdh | Aes | Sha;
    }

    /// <summary>What an ATECC608 says about itself, its two monotonic counters, its self-test.</summary>
    public sealed class Atecc608Device
    {
        /// <summary>The highest value of a counter; at it, incrementing is an
        /// <see cref="ChipStatus.ExecutionError"/>.</summary>
        public const uint CounterMaximum = 2097151;

        private const int InfoSize = 4;
        private const int CounterSize = 4;

        private const byte InfoRevision = 0x00;
        private const byte InfoKeyValid = 0x01;
        private const byte InfoState = 0x02;
        private const byte CounterRead = 0x00;
        private const byte CounterIncrement = 0x01;
        private const int TempKeyValidInState = 1;
        private const byte TempKeyValidBit = 0x80;

        private readonly Atecc608Link _link;

        /// <summary>The device commands of one chip.</summary>
        /// <param name="link">The way to the chip.</param>
        public Atecc608Device(Atecc608Link link)
        {
            _link = link;
        }

        /// <summary>The silicon's revision, first byte highest: 0x00006002 ATECC608A, 0x00006003 ATECC608B.</summary>
        /// <param name="revision">The revision; 0 on an error.</param>
        public ChipStatus Revision(out uint revision)
        {
            ChipStatus status = Info(InfoRevision, 0);
            revision = 0;
            if (status == ChipStatus.Ok)
            {
                for (int i = 0; i < InfoSize; i++)
                {
                    revision = (revision << 8) | _link.Response[Atecc608Packet.ResponseDataOffset + i];
                }
            }

            return _link.Rest(status);
        }

        /// <summary>Whether TempKey holds something, and its flags: bits 0 to 3 the slot that it speaks of, 4 its
        /// source, 6 a digest made by GenKey.</summary>
        /// <param name="isTempKeyValid">True when it holds something.</param>
        /// <param name="tempKeyFlags">The flags; 0 on an error.</param>
        public ChipStatus State(out bool isTempKeyValid, out byte tempKeyFlags)
        {
            ChipStatus status = Info(InfoState, 0);
            bool isOk = status == ChipStatus.Ok;
            tempKeyFlags = isOk ? _link.Response[Atecc608Packet.ResponseDataOffset] : (byte)0;
            byte second = _link.Response[Atecc608Packet.ResponseDataOffset + TempKeyValidInState];
            isTempKeyValid = isOk && (second & TempKeyValidBit) != 0;
            return _link.Rest(status);
        }

        /// <summary>Whether a slot holds a private key that can be used.</summary>
        /// <param name="slot">0 to 15.</param>
        /// <param name="isValid">False on an error, too.</param>
        public ChipStatus IsKeyValid(int slot, out bool isValid)
        {
            ChipStatus status = Info(InfoKeyValid, (ushort)slot);
            isValid = status == ChipStatus.Ok && _link.Response[Atecc608Packet.ResponseDataOffset] != 0;
            return _link.Rest(status);
        }

        /// <summary>Reads a monotonic counter.</summary>
        /// <param name="counter">0 or 1.</param>
        /// <param name="value">0 on an error.</param>
        public ChipStatus ReadCounter(int counter, out uint value)
        {
            return Count(CounterRead, counter, out value);
        }

        /// <summary>Raises a monotonic counter. A damaged answer may cost one number more.</summary>
        /// <param name="counter">0 or 1.</param>
        /// <param name="value">The counter after raising it; 0 on an error.</param>
        public ChipStatus IncrementCounter(int counter, out uint value)
        {
            return Count(CounterIncrement, counter, out value);
        }

        /// <summary>Runs tests of the chip. At the slowest clock all of them need more than the short watchdog leaves:
        /// that is <see cref="ChipStatus.WatchdogAboutToExpire"/>.</summary>
        /// <param name="tests">Bits of <see cref="ChipSelfTests"/>.</param>
        /// <param name="failed">Bits of those that failed; 0 on another error.</param>
        /// <returns>Ok when all passed, <see cref="ChipStatus.SelfTestError"/> when one failed.</returns>
        public ChipStatus SelfTest(byte tests, out byte failed)
        {
            _link.Start(Atecc608Opcode.SelfTest, tests, 0).ForBits();
            ChipStatus status = _link.Demand();
            failed = 0;
            if (status == ChipStatus.Ok)
            {
                failed = _link.Response[Atecc608Packet.ResponseDataOffset];
                status = failed == 0 ? ChipStatus.Ok : ChipStatus.SelfTestError;
            }

            return _link.Rest(status);
        }

        private ChipStatus Info(byte mode, ushort param2)
        {
            _link.Start(Atecc608Opcode.Info, mode, param2);
            return _link.Ask(InfoSize);
        }

        private ChipStatus Count(byte mode, int counter, out uint value)
        {
            _link.Start(Atecc608Opcode.Counter, mode, (ushort)counter);
            ChipStatus status = _link.Ask(CounterSize);
            value = 0;
            if (status == ChipStatus.Ok)
            {
                value = ByteReader.U32(_link.Response, Atecc608Packet.ResponseDataOffset);
            }

            return _link.Rest(status);
        }
    }
}
