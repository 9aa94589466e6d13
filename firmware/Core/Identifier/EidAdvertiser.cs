using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Identifier
{
    /// <summary>
    /// Which Eddystone-EID frame to advertise now. A period is written to flash before
    /// its identifier is used, and after a power loss the first one is past the last:
    /// an identifier never comes back. Nothing before the first attestation.
    /// </summary>
    public sealed class EidAdvertiser
    {
        /// <summary>Under which the last period is kept: exponent u8, period u32.</summary>
        public const string PeriodName = "eid-period";

        private const int StoredSize = 5;

        private readonly SecretStore _secrets;
        private readonly IKeyValueStore _store;
        private readonly BoardClock _clock;
        private readonly EidFrame _writer;
        private byte[]? _frame;
        private byte _exponent;
        private uint _period;
        private uint _firstPeriod;
        private int _revision = -1;

        /// <summary>Composes the advertiser.</summary>
        public EidAdvertiser(SecretStore secrets, INativeCrypto crypto, IKeyValueStore store, BoardClock clock)
        {
            _secrets = secrets;
            _store = store;
            _clock = clock;
            _writer = new EidFrame(crypto);
        }

        /// <summary>The service data to advertise; the same array until it changes; null for none.</summary>
        /// <param name="nowMs">Board time.</param>
        public byte[]? FrameFor(long nowMs)
        {
            if (!_secrets.HasEidKey || !_clock.IsUtcSet)
            {
                return null;
            }

            byte exponent = _secrets.EidExponent;
            uint clockS = (uint)((_clock.UtcEpochMs + nowMs) / 1000) + _secrets.EidClockOffsetS;
            uint period = clockS >> exponent;
            if (_frame == null || exponent != _exponent)
            {
                _firstPeriod = PeriodAfterStored(exponent);
                _period = 0;
                _exponent = exponent;
            }

            period = period > _firstPeriod ? period : _firstPeriod;
            period = period > _period ? period : _period;
            if (_frame == null || period != _period || _secrets.EidKeyRevision != _revision)
            {
                Store(exponent, period);
                _period = period;
                _revision = _secrets.EidKeyRevision;
                byte[] frame = new byte[EidFrame.Size];
                _writer.Write(_secrets.EidKey, exponent, period << exponent, DeviceLimits.EidTxPowerDbm, frame);
                _frame = frame;
            }

            return _frame;
        }

        private uint PeriodAfterStored(byte exponent)
        {
            byte[]? stored = _store.Read(PeriodName);
            bool isUsable = stored != null && stored.Length == StoredSize && stored[0] == exponent;
            return isUsable ? ByteReader.U32(stored!, 1) + 1 : 0;
        }

        private void Store(byte exponent, uint period)
        {
            byte[] value = new byte[StoredSize];
            value[0] = exponent;
            ByteWriter.U32(value, 1, period);
            _store.Write(PeriodName, value);
        }
    }
}
