using System.Threading;
using LumenLink.Beacon.Adapters;
using LumenLink.Beacon.Provisioning;

namespace LumenLink.Beacon
{
    /// <summary>What both modes are built on.</summary>
    public sealed class BoardPieces
    {
        /// <summary>Opens button and LED.</summary>
        public BoardPieces(BeaconConfig config)
        {
            Button = new BoardButton(BoardPins.ButtonPin(config.HardwareModel), Wake);
            Led = new StatusLed(BoardPins.LedPin(config.HardwareModel));
        }

        /// <summary>Time.</summary>
        public DeviceClock Clock { get; } = new DeviceClock();

        /// <summary>Wakes the loop.</summary>
        public AutoResetEvent Wake { get; } = new AutoResetEvent(false);

        /// <summary>What was decided in the field.</summary>
        public FieldFiles Field { get; } = new FieldFiles();

        /// <summary>The button.</summary>
        public BoardButton Button { get; }

        /// <summary>The LED.</summary>
        public StatusLed Led { get; }
    }
}
