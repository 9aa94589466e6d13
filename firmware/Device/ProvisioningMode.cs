using System;
using System.Net.NetworkInformation;
using System.Threading;
using LumenLink.Beacon.Adapters;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;
using nanoFramework.Runtime.Native;

namespace LumenLink.Beacon
{
    /// <summary>Provisioning on its board: GATT and nothing else on the radio, no uplink. Left by a reboot.</summary>
    public sealed class ProvisioningMode : BootMode
    {
        private readonly BoardPieces _pieces;
        private readonly ImprovInbox _inbox;
        private readonly ImprovGatt _gatt;
        private readonly ImprovService _service;
        private readonly ProvisioningMachine _machine;
        private readonly string _url;
        private readonly object _lock = new object();
        private LedSignal _told = LedSignal.Off;
        private bool _isJobOrdered;
        private bool _isJobPending;
        private bool _isJobDone;
        private bool _isJoined;

        /// <summary>Composes it; the radio is off until the first tick.</summary>
        /// <param name="config">The configuration.</param>
        /// <param name="claims">What the board states about itself.</param>
        /// <param name="pieces">The board.</param>
        /// <param name="isConfigured">True if it can do without.</param>
        public ProvisioningMode(BeaconConfig config, DeviceClaims claims, BoardPieces pieces, bool isConfigured)
        {
            _pieces = pieces;
            _url = config.OnboardingUrl;
            string name = DeviceName();
            _inbox = new ImprovInbox(pieces.Wake);
            _gatt = new ImprovGatt(_inbox, name);
            string[] info = new string[] { claims.SwName, claims.SwVersion, claims.Target, name };
            _service = new ImprovService(_gatt, info);
            _machine = new ProvisioningMachine(_service, isConfigured, pieces.Clock.NowMs);
        }

        /// <inheritdoc/>
        public override bool LinkJobPending
        {
            get
            {
                lock (_lock)
                {
                    return _isJobPending;
                }
            }
        }

        /// <inheritdoc/>
        public override AutoResetEvent Wake
        {
            get { return _pieces.Wake; }
        }

        /// <inheritdoc/>
        public override BeaconCounters Counters { get; } = new BeaconCounters();

        /// <inheritdoc/>
        public override int Tick()
        {
            int due;
            try
            {
                due = Step(_pieces.Clock.NowMs);
            }
            catch (Exception e)
            {
                Counters.Faults++;
                ConsoleLog.Fault(e);
                due = DeviceLimits.FaultPauseMs;
            }

            if (_machine.End != ProvisioningEnd.None)
            {
                Leave();
            }

            return due;
        }

        /// <summary>Tries the credentials; those that were there before come back if they are wrong.</summary>
        public override void RunLinkJob()
        {
            lock (_lock)
            {
                if (!_isJobPending)
                {
                    return;
                }

                _isJobPending = false;
            }

            BoardWifi before = new BoardWifi();
            string ssid = _service.Ssid;
            string password = _service.Password;
            bool isJoined = new NetworkJoin(ssid, password, _pieces.Clock).Join(false)
                && BoardWifi.Store(ssid, password)
                && _pieces.Field.MarkNetwork();
            if (!isJoined)
            {
                BoardWifi.Store(before.Ssid, before.Password);
            }

            lock (_lock)
            {
                _isJoined = isJoined;
                _isJobDone = true;
            }

            _pieces.Wake.Set();
        }

        /// <summary>There is nothing to put away.</summary>
        public override void RequestFlush()
        {
        }

        /// <summary>The last half of the address tells the boards on one bench apart.</summary>
        private static string DeviceName()
        {
            string name = DeviceLimits.AirName + "-";
            byte[] address = NetworkInterface.GetAllNetworkInterfaces()[0].PhysicalAddress;
            for (int i = address.Length / 2; i < address.Length; i++)
            {
                name += address[i].ToString("X2");
            }

            return name;
        }

        private static string NameOf(LedSignal signal)
        {
            switch (signal)
            {
                case LedSignal.Waiting:
                    return "waits for the button";
                case LedSignal.Authorized:
                    return "takes credentials";
                case LedSignal.Provisioning:
                    return "tries credentials";
                case LedSignal.Provisioned:
                    return "done";
                case LedSignal.Failed:
                    return "could not join";
                default:
                    return "identifies";
            }
        }

        private int Step(long nowMs)
        {
            byte[]? written = _inbox.TryTake();
            while (written != null)
            {
                if (written.Length == 0)
                {
                    _service.Disconnected();
                }
                else
                {
                    _service.Receive(written, written.Length, nowMs);
                }

                written = _inbox.TryTake();
            }

            StepJoin(nowMs);
            int due = _machine.Step(_pieces.Button.IsDown, nowMs);
            _pieces.Led.Set(_machine.IsLit(nowMs));
            if (_machine.Signal != _told)
            {
                _told = _machine.Signal;
                ConsoleLog.Say("provisioning: " + NameOf(_told));
            }

            if (!_gatt.Refresh())
            {
                Counters.RadioFaults++;
                due = Deadline.Sooner(due, DeviceLimits.FaultPauseMs);
            }

            return due;
        }

        private void StepJoin(long nowMs)
        {
            bool isDone;
            bool isJoined;
            lock (_lock)
            {
                isDone = _isJobDone;
                isJoined = _isJoined;
                _isJobDone = false;
                if (_service.State == ImprovState.Provisioning && !_isJobOrdered)
                {
                    _isJobOrdered = true;
                    _isJobPending = true;
                }
            }

            if (isDone)
            {
                _isJobOrdered = false;
                _service.JoinEnded(isJoined, _url, nowMs);
            }
        }

        private void Leave()
        {
            bool isReset = _machine.End == ProvisioningEnd.Reset;
            ConsoleLog.Say(isReset ? "provisioning: reset" : "provisioning: back to work");
            _pieces.Led.Set(false);
            _pieces.Field.WriteRequest(isReset ? BootRequest.Reset : BootRequest.None);
            Power.RebootDevice();
        }
    }
}
