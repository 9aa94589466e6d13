using LumenLink.Beacon;
using LumenLink.Beacon.Control;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Supervision;
using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// What is kept of configurations and commands, over boots, receipts, time and a flash that does not take every
    /// write; and kept values that are damaged.
    /// </summary>
    internal sealed class ControlCases
    {
        private const int Steps = 60;

        private readonly Transcript transcript = new Transcript("control");
        private readonly BeaconCounters counters = new BeaconCounters();

        internal void Run()
        {
            for (uint seed = 1; seed <= 8; seed++)
            {
                Lcg random = new Lcg(seed);
                MemoryValues values = new MemoryValues(random, seed % 2 == 0 ? 4 : 1000000);
                Trials(random, values);
                Damaged(random, values);
                Commands(random, values);
                transcript.EndCase();
            }
        }

        private void Trials(Lcg random, MemoryValues values)
        {
            long linkMs = 0;
            ConfigLedger ledger = new ConfigLedger(values);
            Supervisor supervisor = new Supervisor(new StubBoard(), values, counters);
            ConfigTrial trial = new ConfigTrial(ledger, supervisor, linkMs);
            for (int i = 0; i < Steps; i++)
            {
                uint version = random.Below(8) == 0 ? 0xFFFFFFF0u + (uint)i : ledger.Highest + 1u;
                byte[] text = new byte[random.Below(50)];
                random.Fill(text, text.Length);
                switch (random.Below(6))
                {
                    case 0:
                        transcript.Add(ledger.Accept(version, text));
                        break;
                    case 1:
                        transcript.Add(random.Below(3) == 0 && ledger.Refuse(version, text));
                        break;
                    case 2:
                        transcript.Add(trial.OnReceipt(linkMs));
                        break;
                    case 3:
                        linkMs += random.Below(2 * DeviceLimits.ConfigTrialMs);
                        transcript.Add(trial.Step(linkMs));
                        break;
                    default:
                        linkMs = random.Next();
                        ledger = new ConfigLedger(values);
                        transcript.Add(ledger.Start() ?? text);
                        supervisor = new Supervisor(new StubBoard(), values, counters);
                        transcript.Add((int)supervisor.BootReason);
                        trial = new ConfigTrial(ledger, supervisor, linkMs);
                        break;
                }

                transcript.Add(supervisor.IsRestarting);
                Show(ledger);
            }
        }

        private void Show(ConfigLedger ledger)
        {
            transcript.Add(ledger.Highest);
            transcript.Add((int)ledger.Outcome);
            transcript.Add(ledger.Detail);
            transcript.Add((int)ledger.Stage);
            transcript.Add(ledger.ProvenVersion);
            transcript.Add(ledger.TrialVersion);
            transcript.Add(ledger.InEffect);
        }

        private void Damaged(Lcg random, MemoryValues values)
        {
            ConfigState state = ConfigState.Read(values.Read(ConfigLedger.Name));
            transcript.Add(state.Write());
            for (int i = 0; i < Steps; i++)
            {
                byte[] value = state.Write();
                value[random.Below(value.Length)] = (byte)random.Next();
                ConfigState read = ConfigState.Read(value);
                transcript.Add(read.Write());
                transcript.Add(read.Highest);
                transcript.Add((int)read.Stage + read.Boots);
                byte[] cut = new byte[random.Below(value.Length)];
                ByteWriter.Bytes(cut, 0, value, 0, cut.Length);
                transcript.Add(ConfigState.Read(cut).Highest);
            }
        }

        private void Commands(Lcg random, MemoryValues values)
        {
            for (int i = 0; i < Steps; i++)
            {
                CommandLedger ledger = new CommandLedger(values);
                transcript.Add(ledger.Id);
                transcript.Add((int)ledger.Outcome);
                uint id = ledger.Id + (uint)random.Next() + (random.Below(9) == 0 ? 0x80000000u : 0u);
                transcript.Add(ledger.Keep(id, (ControlOutcome)random.Below(256)));
                transcript.Add(ledger.Id);
            }

            for (int i = 0; i < 7; i++)
            {
                transcript.Add((int)CommandRunner.Judge((BeaconCommand)i, 0));
                transcript.Add((int)CommandRunner.Judge((BeaconCommand)i, (ushort)(600 + i)));
                transcript.Add((int)CommandRunner.Judge((BeaconCommand)i, 65535));
            }
        }
    }
}
