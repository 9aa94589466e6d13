namespace LumenLink.Beacon.Security
{
    /// <summary>The chip's clock divider, ChipMode bits 3 to 7.</summary>
    internal enum ChipSpeed
    {
        M0,
        M1,
        M2,
    }

    /// <summary>Every time and every bound of the ATECC608 driver: milliseconds, unless the name says
    /// otherwise.</summary>
    internal static class Atecc608Timing
    {
        /// <summary>From the wake pulse to the first answer: the chip needs 1.5 ms, and a wait may lose a part of its
        /// first millisecond.</summary>
        internal const int WakeDelayMs = 3;

        internal const int FirstPollMs = 1;
        internal const int PollIntervalMs = 2;

        /// <summary>Polls beyond the worst case, before the chip counts as silent.</summary>
        internal const int PollsOfGrace = 5;

        /// <summary>Kept free before the watchdog: rounding of two clock readings, polls of grace, bytes on the
        /// bus.</summary>
        internal const int WatchdogMarginMs = 40;

        internal const int WatchdogMs = 1300;
        internal const int LongWatchdogMs = 13000;

        internal const int MaxWakeAttempts = 3;

        /// <summary>How often one command is sent in all, when bus or bytes fail.</summary>
        internal const int MaxAttempts = 3;

        /// <summary>How often a command is sent again because the watchdog left too little time.</summary>
        internal const int MaxWatchdogRetries = 1;

        /// <summary>How often a damaged answer is read again before its command is sent again.</summary>
        internal const int MaxRereads = 2;

        /// <summary>How often a sequence is run in all, when the chip lost its buffers in the middle.</summary>
        internal const int MaxSequences = 2;

        private const byte ClockMask = 0xF8;
        private const byte ClockM0 = 0x00;
        private const byte ClockM1 = 0x28;
        private const byte LongWatchdogBit = 0x04;

        /// <summary>The speed in a ChipMode byte; a divider without a name counts as the slowest.</summary>
        internal static ChipSpeed Speed(byte chipMode)
        {
            int divider = chipMode & ClockMask;
            if (divider == ClockM0)
            {
                return ChipSpeed.M0;
            }

            return divider == ClockM1 ? ChipSpeed.M1 : ChipSpeed.M2;
        }

        /// <summary>How long one wake lasts by a ChipMode byte.</summary>
        internal static int Watchdog(byte chipMode)
        {
            return (chipMode & LongWatchdogBit) != 0 ? LongWatchdogMs : WatchdogMs;
        }

        /// <summary>The budget of one wake: a command that would not end within it waits for the next wake.</summary>
        internal static int WakeBudget(int watchdogMs)
        {
            return watchdogMs - WatchdogMarginMs;
        }

        /// <summary>The longest time that the chip works on a command; for an opcode without a name that of the
        /// slowest, SelfTest.</summary>
        internal static int WorstCaseMs(byte opcode, ChipSpeed speed)
        {
            switch (opcode)
            {
                case Atecc608Opcode.Read:
                case Atecc608Opcode.Info:
                    return 5;
                case Atecc608Opcode.UpdateExtra:
                    return 10;
                case Atecc608Opcode.Nonce:
                    return 20;
                case Atecc608Opcode.Random:
                    return 23;
                case Atecc608Opcode.Counter:
                case Atecc608Opcode.GenDig:
                    return 25;
                case Atecc608Opcode.Aes:
                    return 27;
                case Atecc608Opcode.Lock:
                    return 35;
                case Atecc608Opcode.CheckMac:
                    return 40;
                case Atecc608Opcode.Write:
                    return 45;
                case Atecc608Opcode.DeriveKey:
                case Atecc608Opcode.PrivWrite:
                    return 50;
                case Atecc608Opcode.Mac:
                    return 55;
                case Atecc608Opcode.SecureBoot:
                    return 80;
                case Atecc608Opcode.Kdf:
                    return 165;
                default:
                    return WorstCaseBySpeedMs(opcode, speed);
            }
        }

        private static int WorstCaseBySpeedMs(byte opcode, ChipSpeed speed)
        {
            switch (opcode)
            {
                case Atecc608Opcode.Sha:
                    return BySpeed(speed, 36, 42, 75);
                case Atecc608Opcode.Ecdh:
                    return BySpeed(speed, 75, 172, 531);
                case Atecc608Opcode.GenKey:
                    return BySpeed(speed, 115, 215, 653);
                case Atecc608Opcode.Sign:
                    return BySpeed(speed, 115, 220, 665);
                case Atecc608Opcode.Verify:
                    return BySpeed(speed, 105, 295, 1085);
                default:
                    return BySpeed(speed, 250, 625, 2324);
            }
        }

        private static int BySpeed(ChipSpeed speed, int m0, int m1, int m2)
        {
            switch (speed)
            {
                case ChipSpeed.M0:
                    return m0;
                case ChipSpeed.M1:
                    return m1;
                default:
                    return m2;
            }
        }
    }
}
