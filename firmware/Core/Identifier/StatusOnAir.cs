using LumenLink.Beacon.Queue;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Identifier
{
    /// <summary>The beacon's scan response: how it is, for whoever stands before it.</summary>
    public sealed class StatusOnAir
    {
        private readonly AirState _keyHome;
        private readonly BeaconCounters _counters;
        private readonly RecordQueue _queue;
        private readonly BoardClock _clock;
        private byte[]? _data;
        private AirState _state;
        private byte _queueTenths;

        /// <summary>Composes it.</summary>
        public StatusOnAir(KeyHome home, BeaconCounters counters, RecordQueue queue, BoardClock clock)
        {
            _keyHome = home == KeyHome.SoftwareKey ? AirState.SoftwareKey : AirState.None;
            _counters = counters;
            _queue = queue;
            _clock = clock;
        }

        /// <summary>Data of the AD structure of type 0x21; the same array until it changes.</summary>
        /// <param name="isLive">The uplink has a connection.</param>
        public byte[] Data(bool isLive)
        {
            AirState state = _keyHome
                | (_counters.Attested ? AirState.Attested : AirState.None)
                | (isLive ? AirState.Live : AirState.None)
                | (_clock.IsUtcSet ? AirState.ClockSet : AirState.None);
            byte tenths = (byte)(_queue.FlashBytes / (_queue.MaxFlashBytes / 10));
            if (_data == null || _state != state || _queueTenths != tenths)
            {
                _state = state;
                _queueTenths = tenths;
                byte[] data = new byte[AirStatus.Size];
                AirStatus.Write(data, _state, _queueTenths);
                _data = data;
            }

            return _data;
        }
    }
}
