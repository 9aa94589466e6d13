using System;
using LumenLink.Beacon.Time;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// The way to one ATECC608, shared by the classes that name its commands. Every operation of theirs wakes the chip
    /// and leaves it idle: its buffers (TempKey, message digest, alternate key, a running hash) last until
    /// <see cref="Sleep"/>, and its watchdog never runs between two operations. For one thread at a time.
    /// </summary>
    public sealed class Atecc608Link
    {
        private readonly Atecc608Transport _transport;
        private readonly Atecc608Packet _packet = new Atecc608Packet();

        /// <summary>A way to the chip at address 0x60. Touches nothing yet.</summary>
        /// <param name="bus">The bus.</param>
        /// <param name="clock">For waits, and for the watchdog's budget.</param>
        public Atecc608Link(II2cBus bus, BoardClock clock)
        {
            _transport = new Atecc608Transport(bus, clock);
        }

        /// <summary>Sleep after a change of the configuration: the chip goes by it from the next wake on, and so does
        /// the driver.</summary>
        internal void Restart()
        {
            _transport.Sleep();
            _transport.ForgetChipMode();
        }

        /// <summary>The answer to the last command, as <see cref="Atecc608Transport.Response"/>.</summary>
        internal byte[] Response
        {
            get { return _transport.Response; }
        }

        /// <summary>Puts the chip to rest, its buffers kept.</summary>
        public void Idle()
        {
            _transport.Idle();
        }

        /// <summary>Puts the chip to sleep; its buffers are lost.</summary>
        public void Sleep()
        {
            _transport.Sleep();
        }

        /// <summary>Begins the next command.</summary>
        internal Atecc608Packet Start(byte opcode, byte param1, ushort param2)
        {
            return _packet.Start(opcode, param1, param2);
        }

        /// <summary>Carries out the command that was started, for a status. The chip stays awake.</summary>
        internal ChipStatus Demand()
        {
            _packet.Finish();
            return _transport.Execute(_packet, Atecc608Packet.StatusSize);
        }

        /// <summary>Carries out the command that was started, for data in <see cref="Response"/>. The chip stays
        /// awake.</summary>
        internal ChipStatus Ask(int size)
        {
            _packet.Finish();
            return _transport.Execute(_packet, size);
        }

        /// <summary>As <see cref="Ask"/>, and brings the data to <paramref name="target"/>.</summary>
        internal ChipStatus Fetch(byte[] target, int offset, int size)
        {
            ChipStatus status = Ask(size);
            if (status == ChipStatus.Ok)
            {
                Array.Copy(_transport.Response, Atecc608Packet.ResponseDataOffset, target, offset, size);
            }

            return status;
        }

        /// <summary>As <see cref="Fetch"/>, for a secret: no copy stays in the answer.</summary>
        internal ChipStatus FetchSecret(byte[] target, int offset, int size)
        {
            ChipStatus status = Fetch(target, offset, size);
            Array.Clear(_transport.Response, 0, _transport.Response.Length);
            return status;
        }

        /// <summary>The end of every operation: the chip rests.</summary>
        internal ChipStatus Rest(ChipStatus status)
        {
            _transport.Idle();
            return status;
        }
    }
}
