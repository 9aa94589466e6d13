using LumenLink.Beacon.Supervision;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Control
{
    /// <summary>
    /// Whether a new configuration may stay: receipts and time move its trial on, see <see cref="ConfigStage"/>. Which
    /// configuration runs changes by a restart only.
    /// </summary>
    public sealed class ConfigTrial
    {
        private readonly ConfigLedger _ledger;
        private readonly Supervisor _supervisor;
        private long _endsMs;

        /// <summary>Begins with the boot.</summary>
        /// <param name="ledger">The configurations.</param>
        /// <param name="supervisor">Restarts.</param>
        /// <param name="linkMs">Link time.</param>
        public ConfigTrial(ConfigLedger ledger, Supervisor supervisor, long linkMs)
        {
            _ledger = ledger;
            _supervisor = supervisor;
            bool isFirst = ledger.Stage == ConfigStage.Trial;
            _endsMs = linkMs + (isFirst ? DeviceLimits.ConfigTrialMs : DeviceLimits.ConfigCheckMs);
        }

        /// <summary>A receipt came.</summary>
        /// <param name="linkMs">Link time.</param>
        /// <returns>True if that decided what becomes of the highest version.</returns>
        public bool OnReceipt(long linkMs)
        {
            if (_ledger.Stage == ConfigStage.Settled)
            {
                return false;
            }

            ControlOutcome before = _ledger.Outcome;
            if (_ledger.InEffect == _ledger.TrialVersion)
            {
                _ledger.Prove();
            }
            else if (_ledger.Stage == ConfigStage.Before)
            {
                Go(ConfigStage.Retrial, linkMs);
            }
            else if (_ledger.Stage == ConfigStage.Verdict)
            {
                _ledger.RollBack();
            }

            return _ledger.Outcome != before;
        }

        /// <summary>Goes on when the time of a stage is over.</summary>
        /// <returns>Milliseconds until there is something to do by itself.</returns>
        public int Step(long linkMs)
        {
            if (_ledger.Stage == ConfigStage.Settled || _supervisor.IsRestarting)
            {
                return Deadline.Never;
            }

            if (linkMs >= _endsMs)
            {
                _endsMs = linkMs + DeviceLimits.ConfigKeepRetryMs;
                Go(ConfigLedger.AfterTime(_ledger.Stage), linkMs);
            }

            return Deadline.In(_endsMs, linkMs);
        }

        private void Go(ConfigStage stage, long linkMs)
        {
            if (_ledger.Enter(stage))
            {
                _supervisor.Restart(BootReason.Configuration, linkMs);
            }
        }
    }
}
