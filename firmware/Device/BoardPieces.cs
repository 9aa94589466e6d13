using System.Threading;
using LumenLink.Beacon.Adapters;
using LumenLink.Protocol;

namespace LumenLink.Beacon
{
    /// <summary>What both modes are built on.</summary>
    public sealed class BoardPieces
    {
        /// <summary>Opens button, LED and stored values.</summary>
        /// <param name="model">Which board this is.</param>
        public BoardPieces(HardwareModel model)
        {
            Counters = new BeaconCounters();
            Values = new KeyValueFiles(new FlashFolder(FieldFiles.ValuesFolder), Counters);
            Button = new BoardButton(BoardPins.ButtonPin(model), Wake);
            Led = new StatusLed(BoardPins.LedPin(model));
        }

        /// <summary>What has happened since boot.</summary>
        public BeaconCounters Counters { get; }

        /// <summary>Small values on flash.</summary>
        public KeyValueFiles Values { get; }

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
