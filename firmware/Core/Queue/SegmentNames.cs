namespace LumenLink.Beacon.Queue
{
    /// <summary>
    /// Names of segments. The two asked for last are kept, that of the open segment and that of the one being sent, so
    /// that a name is made when the queue goes on to another segment and not with every record.
    /// </summary>
    internal sealed class SegmentNames
    {
        private uint _boot;
        private uint _first;
        private string _name = "";
        private uint _otherBoot;
        private uint _otherFirst;
        private string _otherName = "";

        /// <summary>The name of a segment of the table.</summary>
        internal string Of(SegmentTable segments, int segment)
        {
            return Of(segments.Boots[segment], segments.Firsts[segment]);
        }

        /// <summary>The name of a segment.</summary>
        internal string Of(uint boot, uint first)
        {
            if (boot == _boot && first == _first)
            {
                return _name;
            }

            string name = boot == _otherBoot && first == _otherFirst ? _otherName : SegmentFormat.NameOf(boot, first);
            _otherBoot = _boot;
            _otherFirst = _first;
            _otherName = _name;
            _boot = boot;
            _first = first;
            _name = name;
            return name;
        }
    }
}
