using System;
using System.Threading;
using LumenLink.Beacon.Radio;

namespace LumenLink.Beacon.Sightings
{
    /// <summary>
    /// Between the radio's callbacks and the loop: bounded, allocation-free. Callbacks put in
    /// and return; the loop takes out. When it is full, what comes is dropped and counted.
    /// </summary>
    public sealed class SightingRing
    {
        private readonly object _lock = new object();
        private readonly AutoResetEvent _wake;
        private readonly ulong[] _addresses;
        private readonly byte[] _addressTypes;
        private readonly sbyte[] _rssis;
        private readonly byte[] _radios;
        private readonly byte[] _kinds;
        private readonly byte[] _payloads;
        private readonly byte[] _payloadLengths;
        private readonly int _maxPayload;
        private int _head;
        private int _count;
        private int _dropped;
        private int _stale;

        /// <summary>Makes an empty ring.</summary>
        /// <param name="capacity">Sightings that fit, at least 2.</param>
        /// <param name="keepsPayloads">False if nobody will look at payloads: they are left out.</param>
        /// <param name="wake">Set when the ring becomes half full.</param>
        public SightingRing(int capacity, bool keepsPayloads, AutoResetEvent wake)
        {
            _maxPayload = keepsPayloads ? Advertisement.MaxBytes : 0;
            _wake = wake;
            _addresses = new ulong[capacity];
            _addressTypes = new byte[capacity];
            _rssis = new sbyte[capacity];
            _radios = new byte[capacity];
            _kinds = new byte[capacity];
            _payloads = new byte[capacity * _maxPayload];
            _payloadLengths = new byte[capacity];
        }

        /// <summary>Puts an access point in: no payload.</summary>
        /// <param name="address">BSSID.</param>
        /// <param name="addressType">`LumenLink.Protocol.AddressType`.</param>
        /// <param name="rssiDbm">Signal strength; clamped to a signed byte.</param>
        /// <param name="radio">`LumenLink.Protocol.Radio`.</param>
        public void Put(ulong address, byte addressType, int rssiDbm, byte radio)
        {
            Put(address, addressType, rssiDbm, radio, 0, _payloads, 0);
        }

        /// <summary>
        /// Puts one sighting in. Called from the radio's callbacks. An event without an address is what the BLE stack
        /// delivers when its event was already gone (address 0, RSSI -99): it is counted and dropped.
        /// </summary>
        /// <param name="address">48-bit address.</param>
        /// <param name="addressType">`LumenLink.Protocol.AddressType`.</param>
        /// <param name="rssiDbm">Signal strength; clamped to a signed byte.</param>
        /// <param name="radio">`LumenLink.Protocol.Radio`.</param>
        /// <param name="kind">Kind of the advertisement.</param>
        /// <param name="payload">Holds the advertising data from its start.</param>
        /// <param name="payloadLength">Its bytes; what is beyond <see cref="Advertisement.MaxBytes"/> is cut.</param>
        public void Put(
            ulong address, byte addressType, int rssiDbm, byte radio, byte kind, byte[] payload, int payloadLength)
        {
            bool isHalfFull = false;
            lock (_lock)
            {
                if (address == 0)
                {
                    _stale++;
                }
                else if (_count == _addresses.Length)
                {
                    _dropped++;
                }
                else
                {
                    int at = _head + _count;
                    at = at < _addresses.Length ? at : at - _addresses.Length;
                    _addresses[at] = address;
                    _addressTypes[at] = addressType;
                    _rssis[at] = (sbyte)(rssiDbm < sbyte.MinValue ? sbyte.MinValue
                        : rssiDbm > sbyte.MaxValue ? sbyte.MaxValue : rssiDbm);
                    _radios[at] = radio;
                    _kinds[at] = kind;
                    int length = payloadLength < _maxPayload ? payloadLength : _maxPayload;
                    _payloadLengths[at] = (byte)length;
                    Array.Copy(payload, 0, _payloads, at * _maxPayload, length);
                    _count++;
                    isHalfFull = _count == _addresses.Length / 2;
                }
            }

            if (isHalfFull)
            {
                _wake.Set();
            }
        }

        /// <summary>Takes the oldest sighting out. Called by the loop.</summary>
        /// <returns>False if the ring is empty; <paramref name="sighting"/> is then as it was.</returns>
        public bool TryTake(Sighting sighting)
        {
            lock (_lock)
            {
                if (_count == 0)
                {
                    return false;
                }

                sighting.Address = _addresses[_head];
                sighting.AddressType = _addressTypes[_head];
                sighting.RssiDbm = _rssis[_head];
                sighting.Radio = _radios[_head];
                sighting.AdvertisementType = _kinds[_head];
                sighting.PayloadLength = _payloadLengths[_head];
                Array.Copy(_payloads, _head * _maxPayload, sighting.Payload, 0, sighting.PayloadLength);
                _head = _head + 1 < _addresses.Length ? _head + 1 : 0;
                _count--;
                return true;
            }
        }

        /// <summary>Adds what was dropped and what was stale since the last call to the counters.</summary>
        public void MoveCounts(BeaconCounters counters)
        {
            lock (_lock)
            {
                counters.DroppedSightings += _dropped;
                counters.StaleEvents += _stale;
                _dropped = 0;
                _stale = 0;
            }
        }
    }
}
