using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Control
{
    /// <summary>
    /// The signed configurations that a beacon holds: the proven one and the one on trial, the highest version seen and
    /// what became of it. Every change is one write to flash; what is not kept has not happened. Texts are on flash
    /// only.
    /// </summary>
    public sealed class ConfigLedger
    {
        /// <summary>Under which all of it is kept, see <see cref="ConfigState"/>.</summary>
        public const string Name = "signed-config";

        private readonly IKeyValueStore _store;
        private uint _highestRead;

        /// <summary>Reads what earlier boots kept.</summary>
        public ConfigLedger(IKeyValueStore store)
        {
            _store = store;
            Detail = new byte[0];
            Take(Read());
        }

        /// <summary>The highest version whose signature held; 0 for none. Never goes back.</summary>
        public uint Highest { get; private set; }

        /// <summary>What became of that version.</summary>
        public ControlOutcome Outcome { get; private set; }

        /// <summary>More of that outcome: ASCII, at most <see cref="WireLimits.MaxAsciiBytes"/>.</summary>
        public byte[] Detail { get; private set; }

        /// <summary>How far the trial is; says which one the next boot runs with.</summary>
        public ConfigStage Stage { get; private set; }

        /// <summary>Version under which the service was reached; 0 for none.</summary>
        public uint ProvenVersion { get; private set; }

        /// <summary>Version on trial; 0 for none.</summary>
        public uint TrialVersion { get; private set; }

        /// <summary>Version that this boot runs with, whatever is kept since; 0 for none.</summary>
        public uint InEffect { get; private set; }

        /// <summary>What follows a stage in which no receipt came.</summary>
        public static ConfigStage AfterTime(ConfigStage stage)
        {
            switch (stage)
            {
                case ConfigStage.Trial:
                    return ConfigStage.Before;
                case ConfigStage.Retrial:
                    return ConfigStage.Verdict;
                default:
                    return ConfigStage.Trial;
            }
        }

        /// <summary>Begins a boot; once, before the configuration is read.</summary>
        /// <returns>The text in effect; null for none.</returns>
        public byte[]? Start()
        {
            ConfigState state = Read();
            if (state.Stage != ConfigStage.Settled)
            {
                if (state.Boots >= DeviceLimits.ConfigTrialBoots)
                {
                    state.Enter(AfterTime(state.Stage));
                }

                // Counted before it runs: a configuration that the beacon does not survive is left after some boots.
                state.Boots++;
                _store.Write(Name, state.Write());
                Take(state);
            }

            bool isTrial = state.Stage == ConfigStage.Trial || state.Stage == ConfigStage.Retrial;
            InEffect = isTrial ? state.TrialVersion : state.ProvenVersion;
            return InEffect == 0 ? null : isTrial ? state.Trial : state.Proven;
        }

        /// <summary>Keeps a configuration that is to be tried.</summary>
        /// <returns>False if the flash refused.</returns>
        public bool Accept(uint version, byte[] text)
        {
            ConfigState state = Read();
            state.Highest = version;
            state.Outcome = ControlOutcome.Accepted;
            state.Detail = new byte[0];
            state.TrialVersion = version;
            state.Trial = text;
            state.Enter(ConfigStage.Trial);
            return Keep(state);
        }

        /// <summary>Keeps that a version was seen whose text is wrong; the ones held stay.</summary>
        /// <returns>False if the flash refused.</returns>
        public bool Refuse(uint version, byte[] detail)
        {
            ConfigState state = Read();
            state.Highest = version;
            state.Outcome = ControlOutcome.TextInvalid;
            state.Detail = detail;
            return Keep(state);
        }

        /// <summary>The service was reached under the one on trial.</summary>
        /// <returns>False if the flash refused.</returns>
        internal bool Prove()
        {
            ConfigState state = Read();
            state.ProvenVersion = state.TrialVersion;
            state.Proven = state.Trial;
            state.EndTrial(ControlOutcome.Done);
            return Keep(state);
        }

        /// <summary>The service was reached without the one on trial, and not with it.</summary>
        /// <returns>False if the flash refused.</returns>
        internal bool RollBack()
        {
            ConfigState state = Read();
            state.EndTrial(ControlOutcome.RolledBack);
            return Keep(state);
        }

        /// <summary>The trial goes on; the next boot runs with what the stage says.</summary>
        /// <returns>False if the flash refused.</returns>
        internal bool Enter(ConfigStage stage)
        {
            ConfigState state = Read();
            state.Enter(stage);
            return Keep(state);
        }

        private ConfigState Read()
        {
            ConfigState state = ConfigState.Read(_store.Read(Name));
            _highestRead = state.Highest;
            return state;
        }

        private bool Keep(ConfigState state)
        {
            // What a flash has lost must not be written over: versions would go back.
            if (_highestRead < Highest || !_store.Write(Name, state.Write()))
            {
                return false;
            }

            Take(state);
            return true;
        }

        private void Take(ConfigState state)
        {
            Highest = state.Highest;
            Outcome = state.Outcome;
            Detail = state.Detail;
            Stage = state.Stage;
            ProvenVersion = state.ProvenVersion;
            TrialVersion = state.TrialVersion;
        }
    }
}
