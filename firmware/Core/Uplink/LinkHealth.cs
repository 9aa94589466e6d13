using System;

namespace LumenLink.Beacon.Uplink
{
    /// <summary>
    /// What is known of the transports, in the order in which they are wanted: how often each failed since the service
    /// last answered through it, and when it may be tried again. One that fails is followed by those behind it, then
    /// the round begins anew: none waits for ever on better ones that come and go. While a worse one serves, the better
    /// ones are looked at again now and then, less and less often while they stay ill.
    /// </summary>
    internal sealed class LinkHealth
    {
        /// <summary>No transport may be tried yet.</summary>
        internal const int None = -1;

        private readonly BackOff[] _backOffs;
        private readonly long[] _retryMs;
        private readonly BackOff _probes;
        private int _stayWith = None;
        private int _serving = None;
        private int _proven = None;
        private int _from;
        private long _connectedMs;
        private long _probeMs;

        internal LinkHealth(int count, Random random)
        {
            _backOffs = new BackOff[count];
            for (int i = 0; i < count; i++)
            {
                _backOffs[i] = new BackOff(DeviceLimits.ReconnectFirstMs, DeviceLimits.ReconnectMaxMs, random);
            }

            _retryMs = new long[count];
            _probes = new BackOff(DeviceLimits.ProbeFirstMs, DeviceLimits.ProbeMaxMs, random);
        }

        /// <summary>The transport to try now; <see cref="None"/> if it is too early for all of them.</summary>
        internal int Choose(long nowMs)
        {
            if (_stayWith != None)
            {
                return _retryMs[_stayWith] <= nowMs ? _stayWith : None;
            }

            int found = FirstDue(_from, nowMs);
            if (found == None)
            {
                _from = 0;
                found = FirstDue(0, nowMs);
            }

            return found;
        }

        /// <summary>When the next transport may be tried.</summary>
        internal long NextMs()
        {
            if (_stayWith != None)
            {
                return _retryMs[_stayWith];
            }

            long next = _retryMs[0];
            for (int i = 1; i < _retryMs.Length; i++)
            {
                next = _retryMs[i] < next ? _retryMs[i] : next;
            }

            return next;
        }

        /// <summary>It did not connect, or connected and the service did not answer through it.</summary>
        /// <param name="transport">Which.</param>
        /// <param name="nowMs">Link time.</param>
        /// <param name="atLeastMs">What the service asked for.</param>
        internal void Failed(int transport, long nowMs, int atLeastMs)
        {
            _stayWith = None;
            _from = transport + 1;
            int waitMs = _backOffs[transport].NextMs();
            _retryMs[transport] = nowMs + (waitMs > atLeastMs ? waitMs : atLeastMs);
        }

        /// <summary>A connection through which the service had answered is gone: the same again, a little
        /// later.</summary>
        internal void Lost(int transport, long nowMs)
        {
            _stayWith = transport;
            _retryMs[transport] = nowMs + _backOffs[transport].NextMs();
        }

        /// <summary>The network itself is away, which says nothing of any transport.</summary>
        internal void Wait(int transport, long untilMs)
        {
            _stayWith = transport;
            _retryMs[transport] = untilMs;
        }

        /// <summary>It connected.</summary>
        internal void Connected(int transport, long nowMs)
        {
            _stayWith = None;
            _from = 0;
            _serving = transport;
            _connectedMs = nowMs;
            PlanProbe();
        }

        /// <summary>The service itself answered through it.</summary>
        internal void Proven(int transport)
        {
            _backOffs[transport].Reset();
            _retryMs[transport] = 0;
            if (_proven == None || transport < _proven)
            {
                // Only now is it better: what connects and delivers nothing is still ill.
                _probes.Reset();
                PlanProbe();
            }

            _proven = transport;
        }

        /// <summary>Failures of a transport since the service last answered through it.</summary>
        internal int FailuresOf(int transport)
        {
            return _backOffs[transport].Failures;
        }

        /// <summary>When the better transports are to be looked at again.</summary>
        internal long ProbeMs
        {
            get { return _probeMs; }
        }

        /// <summary>All better transports may be tried at once; the one that serves comes next if they fail.</summary>
        internal void Probe()
        {
            _probes.Fail();
            for (int i = 0; i <= _serving; i++)
            {
                _retryMs[i] = 0;
            }
        }

        private void PlanProbe()
        {
            _probeMs = _serving == 0 ? long.MaxValue : _connectedMs + _probes.PatienceMs();
        }

        private int FirstDue(int from, long nowMs)
        {
            for (int i = from; i < _retryMs.Length; i++)
            {
                if (_retryMs[i] <= nowMs)
                {
                    return i;
                }
            }

            return None;
        }
    }
}
