using LumenLink.Beacon.Time;

namespace LumenLink.Beacon.Provisioning
{
    /// <summary>How each signal looks: steps of 100 ms, lit or not, over and over.</summary>
    public static class LedPattern
    {
        private const int StepMs = 100;

        // First step lowest.
        private const int Dark = 0x0;
        private const int Lit = 0x1;
        private const int Fast = 0x1;
        private const int FastSteps = 2;
        private const int Even = 0x1F;
        private const int EvenSteps = 10;
        private const int Flash = 0x1;
        private const int FlashSteps = 20;
        private const int ThreeFlashes = 0x15;
        private const int ThreeFlashesSteps = 15;
        private const int LongShort = 0xBF;
        private const int LongShortSteps = 10;

        /// <summary>True if the LED is lit.</summary>
        /// <param name="signal">What it says.</param>
        /// <param name="sinceMs">Milliseconds since it began to say so.</param>
        public static bool IsLit(LedSignal signal, long sinceMs)
        {
            int step = (int)(sinceMs / StepMs % StepsOf(signal));
            return ((BitsOf(signal) >> step) & 1) != 0;
        }

        /// <summary>Milliseconds until it changes; <see cref="Deadline.Never"/> if it stays as it is.</summary>
        /// <param name="signal">What it says.</param>
        /// <param name="sinceMs">Milliseconds since it began to say so.</param>
        public static int ChangesIn(LedSignal signal, long sinceMs)
        {
            bool isLit = IsLit(signal, sinceMs);
            int steps = StepsOf(signal);
            for (int i = 1; i < steps; i++)
            {
                if (IsLit(signal, sinceMs + (i * StepMs)) != isLit)
                {
                    return (i * StepMs) - (int)(sinceMs % StepMs);
                }
            }

            return Deadline.Never;
        }

        private static int BitsOf(LedSignal signal)
        {
            switch (signal)
            {
                case LedSignal.Waiting:
                    return Flash;
                case LedSignal.Authorized:
                    return Even;
                case LedSignal.Provisioning:
                    return Fast;
                case LedSignal.Provisioned:
                    return Lit;
                case LedSignal.Failed:
                    return ThreeFlashes;
                case LedSignal.Identify:
                    return LongShort;
                default:
                    return Dark;
            }
        }

        private static int StepsOf(LedSignal signal)
        {
            switch (signal)
            {
                case LedSignal.Waiting:
                    return FlashSteps;
                case LedSignal.Authorized:
                    return EvenSteps;
                case LedSignal.Provisioning:
                    return FastSteps;
                case LedSignal.Failed:
                    return ThreeFlashesSteps;
                case LedSignal.Identify:
                    return LongShortSteps;
                default:
                    return 1;
            }
        }
    }
}
