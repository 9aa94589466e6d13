using LumenLink.Beacon.Time;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// Brings packets to an ATECC608 and its answers back: wake, idle, sleep, polls, retries, and the watchdog's
    /// budget. Every loop is bounded by <see cref="Atecc608Timing"/>, by counting and not by the clock, so that a
    /// dead bus or a standing clock cannot hold the caller.
    /// </summary>
    internal sealed class Atecc608Transport
    {
        /// <summary>The address of a blank part, which provisioning keeps.</summary>
        internal const byte Address = 0x60;

        internal const byte GeneralCall = 0x00;

        private const byte WordAddressRewind = 0x00;
        private const byte WordAddressSleep = 0x01;
        private const byte WordAddressIdle = 0x02;

        private const ushort ChipModeWord = 4; // config bytes 16 to 19
        private const int ChipModeInWord = 3;
        private const int WordSize = 4;

        private readonly II2cBus _bus;
        private readonly BoardClock _clock;
        private readonly byte[] _wordAddress = new byte[1];
        private readonly Atecc608Packet _readChipMode = new Atecc608Packet();
        private bool _chipModeKnown;
        private ChipSpeed _speed = ChipSpeed.M2;
        private int _watchdogMs = Atecc608Timing.WatchdogMs;
        private bool _awake;
        private long _wokenAtMs;
        private bool _mayHaveRun;

        internal Atecc608Transport(II2cBus bus, BoardClock clock)
        {
            _bus = bus;
            _clock = clock;
            _readChipMode.Start(Atecc608Opcode.Read, 0, ChipModeWord).Finish();
        }

        /// <summary>The answer to the last command, count first; data starts at
        /// <see cref="Atecc608Packet.ResponseDataOffset"/>.</summary>
        internal readonly byte[] Response = new byte[Atecc608Packet.MaxResponseSize];

        /// <summary>Carries out one command.</summary>
        /// <param name="command">Finished packet.</param>
        /// <param name="wanted">Bytes of data in its answer; <see cref="Atecc608Packet.StatusSize"/> for a
        /// status.</param>
        /// <returns>Ok, and then <see cref="Response"/> holds an answer of the wanted size.</returns>
        internal ChipStatus Execute(Atecc608Packet command, int wanted)
        {
            if (!_chipModeKnown)
            {
                ChipStatus status = Try(_readChipMode, WordSize);
                if (status != ChipStatus.Ok)
                {
                    return status;
                }

                byte chipMode = Response[Atecc608Packet.ResponseDataOffset + ChipModeInWord];
                _speed = Atecc608Timing.Speed(chipMode);
                _watchdogMs = Atecc608Timing.Watchdog(chipMode);
                _chipModeKnown = true;
            }

            return Try(command, wanted);
        }

        /// <summary>Rest, with the chip's buffers kept and its watchdog stopped.</summary>
        internal void Idle()
        {
            if (_awake)
            {
                SendWordAddress(WordAddressIdle);
                _awake = false;
            }
        }

        /// <summary>Sleep, with the chip's buffers lost. An idle chip hears it only when woken.</summary>
        internal void Sleep()
        {
            if (_awake || Wake() == ChipStatus.Ok)
            {
                SendWordAddress(WordAddressSleep);
                _awake = false;
            }
        }

        /// <summary>Forgets the chip's ChipMode, which may be another after sleep.</summary>
        internal void ForgetChipMode()
        {
            _chipModeKnown = false;
            _speed = ChipSpeed.M2;
            _watchdogMs = Atecc608Timing.WatchdogMs;
        }

        private ChipStatus Try(Atecc608Packet command, int wanted)
        {
            int watchdogRetries = 0;
            ChipStatus status = ChipStatus.NoAnswer;
            for (int attempt = 0; attempt < Atecc608Timing.MaxAttempts; attempt++)
            {
                status = TryOnce(command, wanted);
                if (!IsWorthRetry(status) || (_mayHaveRun && !command.IsRepeatable))
                {
                    return status;
                }

                bool isWatchdog = status == ChipStatus.WatchdogAboutToExpire;
                if (isWatchdog && ++watchdogRetries > Atecc608Timing.MaxWatchdogRetries)
                {
                    return status;
                }

                Idle();
            }

            return status;
        }

        /// <summary>True for what may go away by itself.</summary>
        internal static bool IsWorthRetry(ChipStatus status)
        {
            switch (status)
            {
                case ChipStatus.WatchdogAboutToExpire:
                case ChipStatus.CrcError:
                case ChipStatus.NoAnswer:
                case ChipStatus.BusError:
                case ChipStatus.ResponseMalformed:
                    return true;
                default:
                    return false;
            }
        }

        private ChipStatus TryOnce(Atecc608Packet command, int wanted)
        {
            _mayHaveRun = false;
            int worstCaseMs = Atecc608Timing.WorstCaseMs(command.Opcode, _speed);
            if (_awake && !FitsWatchdog(worstCaseMs))
            {
                Idle();
            }

            if (!_awake)
            {
                ChipStatus woken = Wake();
                if (woken != ChipStatus.Ok)
                {
                    return woken;
                }
            }

            if (!_bus.Write(Address, command.Bytes, command.Length))
            {
                return ChipStatus.BusError;
            }

            _mayHaveRun = true;
            int size = Atecc608Packet.ResponseOverhead + wanted;
            if (!Poll(size, worstCaseMs))
            {
                return ChipStatus.NoAnswer;
            }

            ChipStatus damage = ReadIntact(size);
            if (damage != ChipStatus.Ok)
            {
                return damage;
            }

            ChipStatus status = command.AsksForBits
                ? Atecc608Packet.JudgeBits(Response)
                : Atecc608Packet.Judge(Response, wanted);
            _mayHaveRun = status != ChipStatus.CrcError && status != ChipStatus.WatchdogAboutToExpire;
            return status;
        }

        private bool FitsWatchdog(int worstCaseMs)
        {
            long usedMs = _clock.NowMs - _wokenAtMs;
            return usedMs + worstCaseMs <= Atecc608Timing.WakeBudget(_watchdogMs);
        }

        private bool Poll(int size, int worstCaseMs)
        {
            int polls = (worstCaseMs / Atecc608Timing.PollIntervalMs) + Atecc608Timing.PollsOfGrace;
            _clock.Pause(Atecc608Timing.FirstPollMs);
            while (!_bus.Read(Address, Response, size))
            {
                if (polls-- == 0)
                {
                    return false;
                }

                _clock.Pause(Atecc608Timing.PollIntervalMs);
            }

            return true;
        }

        /// <summary>The chip keeps its answer: damage on the way back needs no second execution.</summary>
        private ChipStatus ReadIntact(int size)
        {
            int rereads = 0;
            while (!Atecc608Packet.IsIntact(Response, size))
            {
                bool isCounted = Atecc608Packet.HasCount(Response, size);
                if (rereads++ == Atecc608Timing.MaxRereads)
                {
                    return isCounted ? ChipStatus.CrcError : ChipStatus.ResponseMalformed;
                }

                if (!SendWordAddress(WordAddressRewind) || !_bus.Read(Address, Response, size))
                {
                    return ChipStatus.CrcError;
                }
            }

            return ChipStatus.Ok;
        }

        private ChipStatus Wake()
        {
            ChipStatus status = ChipStatus.NoAnswer;
            for (int attempt = 0; attempt < Atecc608Timing.MaxWakeAttempts; attempt++)
            {
                _wokenAtMs = _clock.NowMs;
                _wordAddress[0] = 0;
                _bus.Write(GeneralCall, _wordAddress, 1); // the pulse; nobody acknowledges it
                _clock.Pause(Atecc608Timing.WakeDelayMs);
                status = ReadWakeAnswer();
                if (status == ChipStatus.Ok)
                {
                    _awake = true;
                    return status;
                }

                SendWordAddress(WordAddressIdle); // it may have been awake, with an old answer: the next pulse counts
            }

            return status;
        }

        private ChipStatus ReadWakeAnswer()
        {
            bool isAnswer = _bus.Read(Address, Response, Atecc608Packet.StatusResponseSize)
                && Atecc608Packet.IsIntact(Response, Atecc608Packet.StatusResponseSize);
            if (!isAnswer)
            {
                return ChipStatus.NoAnswer;
            }

            byte status = Response[Atecc608Packet.ResponseDataOffset];
            if (status == Atecc608Packet.StatusAfterWake)
            {
                return ChipStatus.Ok;
            }

            bool isFailedSelfTest = Atecc608Packet.Status(status) == ChipStatus.SelfTestError;
            return isFailedSelfTest ? ChipStatus.SelfTestError : ChipStatus.NoAnswer;
        }

        private bool SendWordAddress(byte wordAddress)
        {
            _wordAddress[0] = wordAddress;
            return _bus.Write(Address, _wordAddress, 1);
        }
    }
}
