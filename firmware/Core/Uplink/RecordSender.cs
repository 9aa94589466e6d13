using System;
using LumenLink.Beacon.Queue;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Uplink
{
    /// <summary>
    /// Sends the queue's records in frames, oldest first, and waits for receipts; nothing but a receipt takes a record
    /// out of the queue. A receipt that does not come makes all frames wait for one probe, with waits that double.
    /// </summary>
    public sealed class RecordSender
    {
        private readonly RecordQueue _queue;
        private readonly IFrameWay _way;
        private readonly BeaconCounters _counters;
        private readonly BackOff _patience;
        private readonly RecordsFrameWriter _writer = new RecordsFrameWriter();
        private readonly ReceiptFrame _receipt = new ReceiptFrame();
        private readonly byte[] _frame;
        private readonly bool[] _isInFlight = new bool[DeviceLimits.FramesInFlight + 1];
        private readonly long[] _patienceEndsMs = new long[DeviceLimits.FramesInFlight + 1];
        private long _retryMs;
        private bool _wantsHello;

        /// <summary>Composes the sender.</summary>
        /// <param name="queue">The records.</param>
        /// <param name="way">Where frames go.</param>
        /// <param name="counters">Take what happens.</param>
        /// <param name="random">Draws the waits.</param>
        /// <param name="scratch">Room for a frame, shared with whatever else the loop writes.</param>
        public RecordSender(
            RecordQueue queue, IFrameWay way, BeaconCounters counters, Random random, byte[] scratch)
        {
            _frame = scratch;
            _queue = queue;
            _way = way;
            _counters = counters;
            _patience = new BackOff(DeviceLimits.ReceiptFirstMs, DeviceLimits.ReceiptMaxMs, random);
        }

        /// <summary>Receipts in a row that failed to come.</summary>
        public int Misses
        {
            get { return _patience.Failures; }
        }

        /// <summary>
        /// True once each time that so many receipts failed to come that the session itself is in doubt.
        /// </summary>
        public bool TakeWantsHello()
        {
            bool wants = _wantsHello;
            _wantsHello = false;
            return wants;
        }

        /// <summary>True if the last receipt allowed the short topic on its connection.</summary>
        public bool ShortTopicGranted
        {
            get { return _receipt.GrantsShortTopic; }
        }

        /// <summary>Frames that wait for their receipts.</summary>
        public int FramesInFlight { get; private set; }

        /// <summary>
        /// Forgets what is in flight: connection or session are others. The records will be sent again.
        /// </summary>
        public void Reset()
        {
            _patience.Reset();
            _wantsHello = false;
            TakeBackAll();
        }

        /// <summary>Takes back what waited too long and sends what may be sent.</summary>
        /// <param name="session">Seals the frames.</param>
        /// <param name="topic">Where they go.</param>
        /// <param name="linkMs">Link time.</param>
        public void Step(Session session, string topic, long linkMs)
        {
            Expire(linkMs);
            int allowed = Misses > 0 ? 1 : DeviceLimits.FramesInFlight;
            while (FramesInFlight < allowed && linkMs >= _retryMs)
            {
                byte flight = FreeFlight();
                int length = Fill(flight, session);
                if (length == 0)
                {
                    return;
                }

                if (!_way.Publish(topic, _frame, length))
                {
                    // The link's own queue is full, or the link is gone: neither is the service's silence.
                    _queue.ClearFlight(flight);
                    _retryMs = linkMs + DeviceLimits.PublishRetryMs;
                    return;
                }

                _counters.FramesSent++;
                _isInFlight[flight] = true;
                _patienceEndsMs[flight] = linkMs + _patience.PatienceMs();
                FramesInFlight++;
            }
        }

        /// <summary>Milliseconds until the next step has something to do by itself.</summary>
        public int DueIn(long linkMs)
        {
            int due = _retryMs > linkMs ? Deadline.In(_retryMs, linkMs) : Deadline.Never;
            for (int i = 1; i < _isInFlight.Length; i++)
            {
                if (_isInFlight[i])
                {
                    due = Deadline.Sooner(due, Deadline.In(_patienceEndsMs[i], linkMs));
                }
            }

            return due;
        }

        /// <summary>Forgets the records that a receipt names. The frame's tag has been checked.</summary>
        /// <returns>False if the frame does not follow the specification; nothing is forgotten then.</returns>
        public bool OnReceipt(byte[] frame, int count)
        {
            if (_receipt.Read(frame, 0, count) != WireError.None)
            {
                return false;
            }

            while (_receipt.NextEntry())
            {
                _queue.Settle(_receipt.Entry);
            }

            for (byte i = 1; i < _isInFlight.Length; i++)
            {
                if (_isInFlight[i] && !_queue.HasFlight(i))
                {
                    _isInFlight[i] = false;
                    _queue.ClearFlight(i);
                    FramesInFlight--;
                }
            }

            _patience.Reset();
            return true;
        }

        private void Expire(long linkMs)
        {
            for (int i = 1; i < _isInFlight.Length; i++)
            {
                if (_isInFlight[i] && linkMs >= _patienceEndsMs[i])
                {
                    _counters.ReceiptsMissed++;
                    _patience.Fail();
                    _wantsHello = Misses == DeviceLimits.ResendsBeforeHello;
                    TakeBackAll();
                    return;
                }
            }
        }

        private void TakeBackAll()
        {
            _queue.ClearFlight(0);
            Array.Clear(_isInFlight, 0, _isInFlight.Length);
            FramesInFlight = 0;
            _retryMs = 0;
        }

        private byte FreeFlight()
        {
            byte flight = 1;
            while (_isInFlight[flight])
            {
                flight++;
            }

            return flight;
        }

        /// <summary>
        /// Fills the frame with waiting records, marks them, and seals it. Returns its length, 0 if none waits.
        /// </summary>
        private int Fill(byte flight, Session session)
        {
            _writer.Begin(_frame, 0, WireLimits.MaxFrameBytes, session.Id, _queue.Boot);
            uint boot = 0;
            _queue.Rewind();
            while (_queue.Next())
            {
                if (_queue.AtBoot != boot)
                {
                    boot = _queue.AtBoot;
                    if (!_writer.BeginGroup(boot, _queue.FloorOf(boot)))
                    {
                        break;
                    }
                }

                if (!_writer.TryAddRecord(_queue.Entry, SegmentFormat.PrefixSize, _queue.AtLength))
                {
                    break;
                }

                _queue.Carry(flight);
            }

            int length = _writer.Finish();
            return length == 0 ? 0 : session.Seal(_frame, length - FrameTag.Size);
        }
    }
}
