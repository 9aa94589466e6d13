using LumenLink.Beacon.Radio;

namespace LumenLink.Beacon.Sightings
{
    /// <summary>
    /// Decides by policy which sightings are recorded, and counts what each rule left out. What was recorded last of an
    /// address is kept in a table of <see cref="DeviceLimits.UnchangedAddresses"/>; when it is full, the address whose
    /// recording is the oldest gives way. Allocates nothing after it is made.
    /// </summary>
    public sealed class SightingFilter
    {
        private readonly FilterPolicy _policy;
        private readonly BeaconCounters _counters;
        private readonly ulong[] _addresses;
        private readonly sbyte[] _rssis;
        private readonly long[] _times;
        private int _count;

        /// <summary>Composes the filter.</summary>
        public SightingFilter(FilterPolicy policy, BeaconCounters counters)
        {
            _policy = policy;
            _counters = counters;
            int rows = policy.ChangeDb > 0 ? DeviceLimits.UnchangedAddresses : 0;
            _addresses = new ulong[rows];
            _rssis = new sbyte[rows];
            _times = new long[rows];
        }

        /// <summary>True if the sighting is to be recorded.</summary>
        /// <param name="sighting">What was heard.</param>
        /// <param name="advertisement">Its payload, read; null for an access point.</param>
        /// <param name="nowMs">Board time.</param>
        public bool Passes(Sighting sighting, Advertisement? advertisement, long nowMs)
        {
            if (sighting.RssiDbm < _policy.RssiFloorDbm)
            {
                _counters.FilteredByRssi++;
                return false;
            }

            if (_policy.Addresses.Length > 0 && !Holds(_policy.Addresses, sighting.Address))
            {
                _counters.FilteredByAddress++;
                return false;
            }

            if (advertisement != null && _policy.Services.Length > 0 && !HasService(advertisement))
            {
                _counters.FilteredByService++;
                return false;
            }

            if (advertisement != null && _policy.Manufacturers.Length > 0 && !HasManufacturer(advertisement))
            {
                _counters.FilteredByManufacturer++;
                return false;
            }

            if (_policy.ChangeDb > 0 && !IsChanged(sighting, nowMs))
            {
                _counters.FilteredUnchanged++;
                return false;
            }

            return true;
        }

        /// <summary>What was recorded of an address is forgotten: everything is recorded once more.</summary>
        public void ForgetUnchanged()
        {
            _count = 0;
        }

        private static bool Holds(ulong[] list, ulong address)
        {
            for (int i = 0; i < list.Length; i++)
            {
                if (list[i] == address)
                {
                    return true;
                }
            }

            return false;
        }

        private bool HasService(Advertisement advertisement)
        {
            for (int i = 0; i < _policy.Services.Length; i++)
            {
                if (advertisement.HasService(_policy.Services[i]))
                {
                    return true;
                }
            }

            return false;
        }

        private bool HasManufacturer(Advertisement advertisement)
        {
            for (int i = 0; i < _policy.Manufacturers.Length; i++)
            {
                if (advertisement.CompanyId == _policy.Manufacturers[i])
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Notes the sighting if it is recorded. Both radios share the table.</summary>
        private bool IsChanged(Sighting sighting, long nowMs)
        {
            int row = 0;
            int oldest = 0;
            while (row < _count && _addresses[row] != sighting.Address)
            {
                oldest = _times[row] < _times[oldest] ? row : oldest;
                row++;
            }

            if (row < _count)
            {
                int change = sighting.RssiDbm - _rssis[row];
                change = change < 0 ? -change : change;
                if (change < _policy.ChangeDb && nowMs - _times[row] < DeviceLimits.UnchangedMs)
                {
                    return false;
                }
            }
            else if (_count < _addresses.Length)
            {
                _count++;
            }
            else
            {
                row = oldest;
            }

            _addresses[row] = sighting.Address;
            _rssis[row] = sighting.RssiDbm;
            _times[row] = nowMs;
            return true;
        }
    }
}
