using LumenLink.Protocol;

namespace LumenLink.Beacon.Control
{
    // Layout: format u8, highest u32, outcome u8, stage u8, boots u8, proven_version u32, trial_version u32,
    // detail_length u8, proven_length u16, trial_length u16, detail, proven text, trial text.

    /// <summary>
    /// What is kept of signed configurations: one value, replaced as a whole, so that versions, texts and outcome are
    /// always those of one moment.
    /// </summary>
    public sealed class ConfigState
    {
        private const byte Format = 1;
        private const int HighestOffset = 1;
        private const int OutcomeOffset = HighestOffset + 4;
        private const int StageOffset = OutcomeOffset + 1;
        private const int BootsOffset = StageOffset + 1;
        private const int ProvenVersionOffset = BootsOffset + 1;
        private const int TrialVersionOffset = ProvenVersionOffset + 4;
        private const int DetailLengthOffset = TrialVersionOffset + 4;
        private const int ProvenLengthOffset = DetailLengthOffset + 1;
        private const int TrialLengthOffset = ProvenLengthOffset + 2;
        private const int FixedSize = TrialLengthOffset + 2;

        /// <summary>The highest version whose signature held; 0 for none.</summary>
        public uint Highest;

        /// <summary>What became of that one.</summary>
        public ControlOutcome Outcome;

        /// <summary>More of that, such as the key that is wrong.</summary>
        public byte[] Detail = new byte[0];

        /// <summary>Which one the present boots run with.</summary>
        public ConfigStage Stage;

        /// <summary>Boots begun in this stage.</summary>
        public byte Boots;

        /// <summary>Version of the one under which the service was reached; 0 for none.</summary>
        public uint ProvenVersion;

        /// <summary>Its text.</summary>
        public byte[] Proven = new byte[0];

        /// <summary>Version of the one on trial; 0 for none.</summary>
        public uint TrialVersion;

        /// <summary>Its text.</summary>
        public byte[] Trial = new byte[0];

        /// <summary>Reads a kept value. One that is none reads as nothing kept.</summary>
        public static ConfigState Read(byte[]? value)
        {
            ConfigState state = new ConfigState();
            if (value == null || value.Length < FixedSize || value[0] != Format)
            {
                return state;
            }

            int detail = value[DetailLengthOffset];
            int proven = ByteReader.U16(value, ProvenLengthOffset);
            int trial = ByteReader.U16(value, TrialLengthOffset);
            if (value.Length != FixedSize + detail + proven + trial)
            {
                return state;
            }

            state.Highest = ByteReader.U32(value, HighestOffset);
            state.Outcome = (ControlOutcome)value[OutcomeOffset];
            state.Stage = (ConfigStage)value[StageOffset];
            state.Boots = value[BootsOffset];
            state.ProvenVersion = ByteReader.U32(value, ProvenVersionOffset);
            state.TrialVersion = ByteReader.U32(value, TrialVersionOffset);
            state.Detail = Part(value, FixedSize, detail);
            state.Proven = Part(value, FixedSize + detail, proven);
            state.Trial = Part(value, FixedSize + detail + proven, trial);
            return state;
        }

        /// <summary>The value to keep.</summary>
        public byte[] Write()
        {
            byte[] value = new byte[FixedSize + Detail.Length + Proven.Length + Trial.Length];
            ByteWriter.U8(value, 0, Format);
            ByteWriter.U32(value, HighestOffset, Highest);
            ByteWriter.U8(value, OutcomeOffset, (byte)Outcome);
            ByteWriter.U8(value, StageOffset, (byte)Stage);
            ByteWriter.U8(value, BootsOffset, Boots);
            ByteWriter.U32(value, ProvenVersionOffset, ProvenVersion);
            ByteWriter.U32(value, TrialVersionOffset, TrialVersion);
            ByteWriter.U8(value, DetailLengthOffset, Detail.Length);
            ByteWriter.U16(value, ProvenLengthOffset, (ushort)Proven.Length);
            ByteWriter.U16(value, TrialLengthOffset, (ushort)Trial.Length);
            int at = ByteWriter.Bytes(value, FixedSize, Detail);
            at = ByteWriter.Bytes(value, at, Proven);
            ByteWriter.Bytes(value, at, Trial);
            return value;
        }

        /// <summary>Goes over to another stage.</summary>
        public void Enter(ConfigStage stage)
        {
            Stage = stage;
            Boots = 0;
        }

        /// <summary>No configuration is on trial any more.</summary>
        /// <param name="outcome">What became of it.</param>
        public void EndTrial(ControlOutcome outcome)
        {
            if (TrialVersion == Highest)
            {
                Outcome = outcome;
            }

            Enter(ConfigStage.Settled);
            TrialVersion = 0;
            Trial = new byte[0];
        }

        private static byte[] Part(byte[] value, int offset, int count)
        {
            byte[] part = new byte[count];
            ByteWriter.Bytes(part, 0, value, offset, count);
            return part;
        }
    }
}
