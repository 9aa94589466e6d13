using System.Threading;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Sightings;
using LumenLink.Beacon.Status;
using LumenLink.Beacon.Supervision;
using LumenLink.Beacon.Time;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Control
{
    /// <summary>Carries commands out. What it is given has been judged and kept.</summary>
    public sealed class CommandRunner
    {
        private readonly BoardClock _clock;
        private readonly AutoResetEvent _wake;
        private readonly IdentifyLight _light;
        private readonly RadioScheduler _radio;
        private readonly ReportBuilder _reports;
        private readonly AttestationRun _attestation;
        private readonly Supervisor _supervisor;
        private readonly StatusReporter _status;
        private readonly DiagnosticsReporter _diagnostics;

        /// <summary>Composes the runner of those who do the work.</summary>
        public CommandRunner(
            BoardClock clock,
            AutoResetEvent wake,
            IdentifyLight light,
            RadioScheduler radio,
            ReportBuilder reports,
            AttestationRun attestation,
            Supervisor supervisor,
            StatusReporter status,
            DiagnosticsReporter diagnostics)
        {
            _clock = clock;
            _wake = wake;
            _light = light;
            _radio = radio;
            _reports = reports;
            _attestation = attestation;
            _supervisor = supervisor;
            _status = status;
            _diagnostics = diagnostics;
        }

        /// <summary>Whether a command can be carried out.</summary>
        /// <returns>Done if it can; else why not.</returns>
        public static ControlOutcome Judge(BeaconCommand command, ushort argument)
        {
            switch (command)
            {
                case BeaconCommand.Identify:
                    return argument <= DeviceLimits.IdentifyMaxS ? ControlOutcome.Done : ControlOutcome.ArgumentInvalid;
                case BeaconCommand.Rescan:
                case BeaconCommand.Reattest:
                case BeaconCommand.Reboot:
                case BeaconCommand.SendDiagnostics:
                    return argument == 0 ? ControlOutcome.Done : ControlOutcome.ArgumentInvalid;
                default:
                    return ControlOutcome.CommandUnknown;
            }
        }

        /// <summary>Carries a command out.</summary>
        /// <param name="command">One that was judged Done.</param>
        /// <param name="argument">Its argument.</param>
        public void Run(BeaconCommand command, ushort argument)
        {
            long nowMs = _clock.NowMs;
            switch (command)
            {
                case BeaconCommand.Identify:
                    _light.Begin(argument == 0 ? DeviceLimits.IdentifyDefaultS : argument, nowMs);
                    break;
                case BeaconCommand.Rescan:
                    _reports.ForgetUnchanged();
                    _radio.Rescan();
                    break;
                case BeaconCommand.Reattest:
                    _attestation.AttestNow(_clock.LinkMs);
                    break;
                case BeaconCommand.Reboot:
                    _supervisor.Restart(BootReason.Command, _clock.LinkMs);
                    break;
                case BeaconCommand.SendDiagnostics:
                    _status.Report(nowMs);
                    _diagnostics.Report(nowMs);
                    break;
                default:
                    break;
            }

            // Radio, LED and restart are looked at earlier in a tick than frames are.
            _wake.Set();
        }
    }
}
