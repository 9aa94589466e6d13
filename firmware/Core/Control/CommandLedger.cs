using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Control
{
    /// <summary>
    /// The last command and what became of it, kept over reboots. It is kept before the command is carried out, so that
    /// none is carried out twice.
    /// </summary>
    public sealed class CommandLedger
    {
        /// <summary>Under which it is kept: id u32, outcome u8.</summary>
        public const string Name = "last-command";

        private const int OutcomeOffset = 4;
        private const int Size = OutcomeOffset + 1;

        private readonly IKeyValueStore _store;

        /// <summary>Reads what earlier boots kept.</summary>
        public CommandLedger(IKeyValueStore store)
        {
            _store = store;
            byte[]? kept = store.Read(Name);
            if (kept != null && kept.Length == Size)
            {
                Id = ByteReader.U32(kept, 0);
                Outcome = (ControlOutcome)kept[OutcomeOffset];
            }
        }

        /// <summary>Id of the last command; 0 before the first.</summary>
        public uint Id { get; private set; }

        /// <summary>What became of it.</summary>
        public ControlOutcome Outcome { get; private set; }

        /// <summary>Keeps a command's outcome.</summary>
        /// <returns>False if the flash refused: it is as if the command had not come.</returns>
        public bool Keep(uint id, ControlOutcome outcome)
        {
            byte[] value = new byte[Size];
            ByteWriter.U32(value, 0, id);
            ByteWriter.U8(value, OutcomeOffset, (byte)outcome);
            if (!_store.Write(Name, value))
            {
                return false;
            }

            Id = id;
            Outcome = outcome;
            return true;
        }
    }
}
