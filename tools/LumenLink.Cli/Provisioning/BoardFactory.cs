using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LumenLink.Simulator.Atecc608;

namespace LumenLink.Cli.Provisioning;

/// <summary>What one simulated board is made with.</summary>
/// <param name="Receiver">Its name in the trace and in the run folder.</param>
/// <param name="Foreign">Certified by a CA that the service does not trust.</param>
/// <param name="RunsMain">
/// Runs Program.Main itself, on real threads, beside the boards whose loop the simulator drives.
/// </param>
/// <param name="HasFlashKey">Has no chip: its key is in flash.</param>
internal sealed record BoardPlan(
    string Receiver, bool Foreign = false, bool RunsMain = false, bool HasFlashKey = false);

/// <summary>What all boards of a run are configured with.</summary>
/// <param name="Transports">Where the service is, as the boards' configuration has it.</param>
/// <param name="Audience">Name of the service that connection tokens are for.</param>
/// <param name="RawAddresses">Report addresses as they are instead of pseudonyms.</param>
/// <param name="ReportMs">Milliseconds between reports.</param>
/// <param name="ScansWifi">
/// Scan Wi-Fi too. Without it BLE has the whole scan slot, as the receivers of a recording had.
/// </param>
internal sealed record BoardSettings(
    string Transports, string Audience, bool RawAddresses, int ReportMs, bool ScansWifi);

/// <summary>
/// The simulated factory: makes the chip (by the packets that a provisioning bench would send) or the key in flash, the
/// certificate, the enrolment record and the configuration file of a board. A board that is there keeps its key and
/// certificate; its configuration file is written anew.
/// </summary>
internal sealed class BoardFactory(RunFolder folder, OperatorPki pki, BoardSettings settings)
{
    /// <summary>Hardware model of simulated boards (specification, Hello).</summary>
    private const int SimulatorModel = 0xFFFF;

    private static readonly string[] Regions = ["north", "south", "east", "west"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Makes the boards that are not there. Returns how many were new.</summary>
    public int Make(IReadOnlyList<BoardPlan> plans)
    {
        int made = 0;
        for (int i = 0; i < plans.Count; i++)
        {
            string region = Regions[i % Regions.Length];
            if (!File.Exists(folder.Enrolment(plans[i].Receiver)))
            {
                MakeBoard(plans[i], region);
                made++;
            }

            RunFolder.WriteSecret(folder.BoardConfiguration(plans[i].Receiver), Configuration(plans[i], region));
        }

        return made;
    }

    private void MakeBoard(BoardPlan plan, string region)
    {
        byte[] publicKey = plan.HasFlashKey
            ? FlashIdentity.Make(folder.BoardIdentity(plan.Receiver), plan.Receiver)
            : MakeChip(plan.Receiver);
        var enrolment = new
        {
            name = plan.Receiver,
            region,
            public_key = Convert.ToBase64String(publicKey),
            certificate = pki.IssueDeviceCertificate(publicKey, plan.Foreign),
            level = plan.HasFlashKey ? "software" : "emulated_chip",
            hardware_model = SimulatorModel,
        };
        string json = JsonSerializer.Serialize(enrolment, Indented);
        RunFolder.Write(folder.Enrolment(plan.Receiver), Encoding.UTF8.GetBytes(json + "\n"));
    }

    private byte[] MakeChip(string receiver)
    {
        ProvisionedChip chip = ChipProvisioning.Manufacture(SerialOf(receiver));
        RunFolder.Write(folder.BoardChip(receiver), chip.State.Serialize());
        return chip.PublicKey;
    }

    private string Configuration(BoardPlan plan, string region)
    {
        var text = new StringBuilder();
        text.Append("# Written by the simulated factory. Keys: docs/firmware-development.md\n");
        void Line(string key, string value) => text.Append(key).Append('=').Append(value).Append('\n');
        Line("transports", settings.Transports);
        Line("audience", settings.Audience);
        Line("wifi_ssid", "lumenlink-sim");
        Line("wifi_password", "simulated");
        Line("root_key_1", Convert.ToHexStringLower(pki.RootPublicKey));
        Line("privacy", settings.RawAddresses ? "raw" : "pseudonym");
        Line("report_ms", settings.ReportMs.ToString(CultureInfo.InvariantCulture));
        Line("hardware_model", SimulatorModel.ToString(CultureInfo.InvariantCulture));
        Line("region", region);
        if (plan.HasFlashKey)
            Line("identity", "flash");
        if (!settings.ScansWifi)
        {
            Line("wifi_scan_every_ms", "0");
            Line("wifi_scan_live_every_ms", "0");
        }

        return text.ToString();
    }

    /// <summary>
    /// Serial numbers start with 01 23 and end with EE on generic parts; the rest is the board's own.
    /// </summary>
    private static byte[] SerialOf(string receiver)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(receiver));
        return [0x01, 0x23, .. hash.AsSpan(0, 6), 0xEE];
    }
}
